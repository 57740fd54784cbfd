using SpeechQA.Engine.Inference.Matrices;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

/// <summary>A linear layer.</summary>
internal sealed record Linear<T>(T Matrix, float[] Bias) where T : IMatrix
{
    public bool Fits(int inputs, int outputs) => Matrix.Inputs == inputs && Matrix.Outputs == outputs && Bias.Length == outputs;
}
