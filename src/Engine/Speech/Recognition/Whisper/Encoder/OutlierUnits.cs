using SpeechQA.Engine.Inference.Matrices;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

/// <summary>
/// Hidden units of an MLP whose values are so large that bytes, which share a scale, would leave nothing of the others: they are computed
/// in floats.
/// </summary>
internal sealed record OutlierUnits(FloatMatrix Up, float[] Bias, FloatMatrix Down)
{
    public bool Fits(int width) =>
        Up.Inputs == width && Up.Outputs == Bias.Length && Bias.Length % 16 == 0 && Down.Inputs == Up.Outputs && Down.Outputs == width
        && width % FloatTiles.Panel == 0;
}
