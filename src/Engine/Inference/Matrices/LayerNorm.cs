namespace SpeechQA.Engine.Inference.Matrices;

/// <summary>The weights of a layer normalisation.</summary>
internal sealed record LayerNorm(float[] Gain, float[] Bias)
{
    public bool Fits(int width) => Gain.Length == width && Bias.Length == width;

    public unsafe void Apply(float* from, float* to) => Floats.Normalise(from, to, Gain, Bias);
}
