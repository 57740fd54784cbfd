namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>
/// One rule of the gate against what Whisper invents on silence, noise, tones and music: a text is dropped when both
/// limits are passed. It is the second line behind voice activity.
/// </summary>
internal sealed record SpeechGate(double NoSpeechAbove, double AvgLogprobBelow)
{
    public static bool IsSpeech(string text, double noSpeech, double averageLogProbability, ReadOnlySpan<SpeechGate> gates)
    {
        if (!text.Any(char.IsLetterOrDigit)) return false;
        foreach (var gate in gates)
            if (noSpeech > gate.NoSpeechAbove && averageLogProbability < gate.AvgLogprobBelow) return false;
        return true;
    }
}
