using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Speech.Utterances;

/// <summary>
/// How far the loud parts of an utterance stand out of its quiet ones. A caller speaks into the telephone: words lie 20 dB and
/// more over the pauses around and within them. The babble of a room, music and noise go on and on.
/// </summary>
public static class UtteranceContrast
{
    private const int Frame = AudioTime.Rate / 50;

    /// <summary>Upper less lower decile of the levels of 20 ms, dB.</summary>
    /// <param name="samples">The utterance with its margins, 16 kHz, -1..1.</param>
    public static float Of(ReadOnlySpan<float> samples)
    {
        var levels = new float[samples.Length / Frame];
        if (levels.Length == 0) return 0;
        for (var i = 0; i < levels.Length; i++) levels[i] = Level.Dbov(samples.Slice(i * Frame, Frame));
        Array.Sort(levels);
        return levels[^(1 + levels.Length / 10)] - levels[levels.Length / 10];
    }
}
