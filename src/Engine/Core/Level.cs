using System.Numerics.Tensors;

namespace SpeechQA.Engine.Core;

/// <summary>Levels in dBov: decibels relative to a full-scale square wave (RFC 6464).</summary>
public static class Level
{
    /// <summary>What silence is called: no level is lower.</summary>
    public const float Floor = -100;

    /// <summary>Root mean square of samples -1..1 in dBov, at least <see cref="Floor"/>.</summary>
    public static float Dbov(ReadOnlySpan<float> samples)
    {
        if (samples.IsEmpty) return Floor;
        var mean = TensorPrimitives.SumOfSquares(samples) / samples.Length;
        return mean <= 1e-10f ? Floor : 10 * MathF.Log10(mean);
    }
}
