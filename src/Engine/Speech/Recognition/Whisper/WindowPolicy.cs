using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>
/// How long a window the encoder sees: the speech, then zeros. Short windows are why recognition is cheap; with less than
/// about a second of zeros the decoder loops. All lengths in seconds.
/// </summary>
/// <param name="Lead">Zeros before the speech.</param>
/// <param name="Tail">Least zeros after the speech.</param>
/// <param name="Minimum">Least length of the window.</param>
/// <param name="Bucket">The length is rounded up to a multiple of this.</param>
/// <param name="Maximum">Greatest length; speech beyond it is not heard.</param>
internal sealed record WindowPolicy(double Lead, double Tail, double Minimum, double Bucket, double Maximum)
{
    /// <summary>Samples (16 kHz) of the window for this many samples of speech.</summary>
    public int Samples(int speech)
    {
        var want = Math.Max(speech / (double)AudioTime.Rate + Lead + Tail, Minimum);
        // 1e-9 keeps sums such as 2.5 + 1.5 in their bucket.
        want = Math.Min(Math.Ceiling(want / Bucket - 1e-9) * Bucket, Maximum);
        return (int)Math.Round(want * AudioTime.Rate);
    }
}
