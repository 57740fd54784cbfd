namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>A linear layer of the decoder.</summary>
/// <param name="Bias">[outputs]; added where the caller finds it cheapest, not by the product.</param>
internal sealed record PackedLinear(PackedMatrix Matrix, float[] Bias)
{
    /// <summary>Whether it takes and gives rows of these widths.</summary>
    public bool Fits(int inputs, int outputs) => Matrix.Inputs == inputs && Matrix.Outputs == outputs && Bias.Length == outputs;
}
