namespace SpeechQA.Engine.Speech.Recognition;

/// <summary>
/// A second look at a recogniser's text with what the recogniser does not know: whether voice activity heard a voice, and
/// whether the words had time to be spoken.
/// </summary>
public static class SpeechEvidence
{
    /// <summary>Below this mean log-probability nothing is believed; speech that was recognised wrongly lies around -1.3.</summary>
    public const float HopelessLogProbability = -1.7f;

    /// <summary>
    /// Mean voice probability below which text must be surer than <see cref="DoubtfulLogProbability"/>: music, tones, noise.
    /// </summary>
    public const float DoubtfulVoice = 0.25f;

    /// <summary>Mean voice probability from which it was a voice, even if its words are not believed (another language).</summary>
    public const float CertainVoice = 0.7f;

    /// <inheritdoc cref="DoubtfulVoice"/>
    public const float DoubtfulLogProbability = -0.8f;

    /// <summary>
    /// Contrast (<see cref="Utterances.UtteranceContrast"/>, dB) below which text must be surer than
    /// <see cref="SureLogProbability"/>: voices of a room. Of 300 utterances of calls 298 lay above 20 dB, all that was invented
    /// on babble below 11.
    /// </summary>
    public const float DoubtfulContrast = 12;

    /// <inheritdoc cref="DoubtfulContrast"/>
    public const float SureLogProbability = -0.5f;

    /// <summary>Nobody speaks this fast, seconds a word.</summary>
    private const float ShortestWord = 0.06f;

    /// <summary>Fewest words of a repetition that is taken back.</summary>
    private const int ShortestRepeat = 4;

    /// <summary>False: the text is invented.</summary>
    /// <param name="voice">Mean probability of voice over the utterance's voiced frames, 0..1.</param>
    /// <param name="contrast">Of the utterance's audio, dB.</param>
    public static bool IsBelievable(Recognition recognition, float voice, float contrast) =>
        recognition is { IsSpeech: true, Words.Count: > 0 }
        && recognition.AverageLogProbability >= HopelessLogProbability
        && (voice >= DoubtfulVoice || recognition.AverageLogProbability >= DoubtfulLogProbability)
        && (contrast >= DoubtfulContrast || recognition.AverageLogProbability >= SureLogProbability);

    /// <summary>
    /// Takes back a closing sentence that was written twice: its second copy has no time of its own. (Whisper does this when it
    /// closes a segment before the end of the audio and begins another over silence.)
    /// </summary>
    public static Recognition WithoutSqueezedRepeat(Recognition recognition)
    {
        var words = recognition.Words;
        for (var n = words.Count / 2; n >= ShortestRepeat; n--)
        {
            var copy = words.Count - n;
            if (words[^1].End - words[copy].Start >= n * ShortestWord || !Repeats(words, copy, n)) continue;
            var kept = words.Take(copy).ToList();
            return recognition with { Words = kept, Text = string.Join(' ', kept.Select(w => w.Text)) };
        }
        return recognition;
    }

    private static bool Repeats(IReadOnlyList<RecognizedWord> words, int copy, int n)
    {
        for (var i = 0; i < n; i++)
            if (!string.Equals(words[copy + i].Text, words[copy - n + i].Text, StringComparison.OrdinalIgnoreCase)) return false;
        return true;
    }
}
