using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Bench.Noise;

/// <summary>A call without speech: both legs carry the same kind of sound, but not the same sound, through G.711 (mu-law).</summary>
internal sealed class NoiseRecording : IRecording
{
    private readonly short[][] _legs;
    private int _frame;

    /// <param name="number">Which call of the kind.</param>
    /// <param name="seed">The same gives the same sound.</param>
    public NoiseRecording(NoiseKind kind, int number, double seconds, int seed)
    {
        _legs = [.. Enumerable.Range(0, 2).Select(channel =>
        {
            var leg = new float[(int)(seconds * NoiseKind.Rate)];
            kind.Make(leg, 2 * number + channel, new Random(HashOf(seed, kind.Name, 2 * number + channel)));
            return Array.ConvertAll(leg, x => G711.DecodeMuLaw(G711.EncodeMuLaw((short)Math.Clamp(x * 32_768, short.MinValue,
                short.MaxValue))));
        })];
    }

    public int SampleRate => NoiseKind.Rate;
    public int Channels => 2;
    public long? Frames => _legs[0].Length;
    public IReadOnlyList<SoundWarning> Warnings => [];

    public ValueTask<int> ReadAsync(Memory<short> interleaved, CancellationToken cancellation = default)
    {
        var count = Math.Min(interleaved.Length / 2, _legs[0].Length - _frame);
        var span = interleaved.Span;
        for (var i = 0; i < count; i++, _frame++) (span[2 * i], span[2 * i + 1]) = (_legs[0][_frame], _legs[1][_frame]);
        return ValueTask.FromResult(count);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // HashCode is seeded anew in every process.
    private static int HashOf(int seed, string name, int number) =>
        name.Aggregate(unchecked(seed * 31 + number), (hash, c) => unchecked(hash * 31 + c)) & int.MaxValue;
}
