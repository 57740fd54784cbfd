using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Conversation.Contract;

/// <summary>A call that is over, whole: what <c>analyze --json</c> writes, one a line. The same call gives the same bytes.</summary>
/// <param name="Utterances">By start, then leg.</param>
/// <param name="Alerts">By start, rule, party, end, leg; numbered in this order.</param>
/// <param name="Warnings">Sound that yielded nothing, and what was wrong with the input without making it useless.</param>
/// <param name="Facts">Null when an internal error ended the call.</param>
public sealed record CallDocument(CallHeading Call, IReadOnlyList<UtteranceInfo> Utterances, IReadOnlyList<AlertInfo> Alerts,
    IReadOnlyList<SoundWarning> Warnings, CallFacts? Facts);

/// <summary>Which call a document is about.</summary>
/// <param name="Source">Name of the recording or capture; <c>NAME#2</c> for the second call of a capture.</param>
/// <param name="Language">Of most of the speech; null when nothing was said and no language was given.</param>
/// <param name="DurationSeconds">Of the longer leg.</param>
/// <param name="Parties">By leg.</param>
public sealed record CallHeading(string Source, string? Language, double DurationSeconds, IReadOnlyList<Party> Parties);

/// <summary>An utterance of a document; the members are those of <see cref="TranscriptFinal"/>.</summary>
public sealed record UtteranceInfo(int Leg, Party Party, double Start, double End, string Text, string Language, double Confidence,
    IReadOnlyList<WordInfo> Words)
{
    /// <summary>The utterance as it is written.</summary>
    public static UtteranceInfo Of(Utterance u) => new(u.Leg, u.Party,
        AudioTime.Rounded(u.Start), AudioTime.Rounded(u.End), u.Text, u.Language, Math.Round(u.Confidence, 3),
        [.. u.Words.Select(WordInfo.Of)]);
}
