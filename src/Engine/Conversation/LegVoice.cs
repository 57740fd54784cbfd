using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Conversation;

/// <summary>
/// When a leg had voice, and what of it was speech: voice activity comes at once and undecided; an utterance or the word
/// that it was no speech decides it later, in order. All who read the same order of events may share one: an event that
/// several bring one after another counts once.
/// </summary>
/// <param name="leg">Index of the leg.</param>
internal sealed class LegVoice(Party party, int leg)
{
    /// <summary>An end of voice that is still open.</summary>
    public const long Open = long.MaxValue;

    /// <summary>The end of an utterance and the pause that ends its voice may differ by so much.</summary>
    private const long Tolerance = AudioTime.Rate * 3 / 10;

    /// <summary>Decided speech is kept so long, for conditions that look back.</summary>
    private const long Kept = AudioTime.Rate * 60;

    /// <summary>Ended voice that nobody judged within so long was no speech: an utterance is at most 12 s long.</summary>
    private const long LongestDoubt = AudioTime.Rate * 15;

    private readonly List<Span> _spans = [];
    private long _known;
    private long _unknown;
    private LegEvent? _newest;

    /// <param name="End"><see cref="Open"/> while it goes on.</param>
    /// <param name="Speech">It is known to be speech; otherwise undecided.</param>
    public readonly record struct Span(long Start, long End, bool Speech);

    public Party Party { get; } = party;

    /// <summary>Index of the leg.</summary>
    public int Leg { get; } = leg;

    /// <summary>Voice in order of time: what is speech, and what is undecided.</summary>
    public IReadOnlyList<Span> Spans => _spans;

    /// <summary>Language of the last utterance; null before the first.</summary>
    public string? Language { get; private set; }

    /// <summary>More of the voice was without words than with: what was said is not known.</summary>
    public bool IsUnknown => _unknown > _known;

    /// <summary>Start of the first known speech, or -1.</summary>
    public long FirstSpeech { get; private set; } = -1;

    /// <summary>End of the last known speech, or -1.</summary>
    public long LastSpeechEnd { get; private set; } = -1;

    /// <summary>When voice was last found to be no speech, or -1.</summary>
    public long LastNotSpeech { get; private set; } = -1;

    /// <summary>Whether undecided voice began before a position, so that words from before it may still come.</summary>
    public bool MayHaveSpokenBefore(long position)
    {
        foreach (var span in _spans)
            if (!span.Speech && span.Start < position) return true;
        return false;
    }

    /// <summary>One for each leg of a call.</summary>
    /// <param name="parties">By leg index.</param>
    public static IReadOnlyList<LegVoice> Of(IReadOnlyList<Party> parties) => [.. parties.Select((party, leg) => new LegVoice(party, leg))];

    /// <summary>Takes the leg's next event.</summary>
    public void Apply(LegEvent e)
    {
        if (ReferenceEquals(e, _newest)) return;
        _newest = e;
        switch (e)
        {
            case VoiceStarted started:
                _spans.Add(new Span(started.Start, Open, false));
                break;
            case VoicePaused paused:
                Pause(paused);
                break;
            case UtteranceSpoken { Utterance: var utterance }:
                Language = utterance.Language;
                _known += utterance.End - utterance.Start;
                if (FirstSpeech < 0) FirstSpeech = utterance.Start;
                Judge(utterance.Start, utterance.End, true);
                break;
            case NotSpeech { IsVoice: true } unknown:
                if (FirstSpeech < 0) FirstSpeech = unknown.Start;
                _unknown += unknown.End - unknown.Start;
                Judge(unknown.Start, unknown.End, true);
                break;
            case NotSpeech not:
                LastNotSpeech = not.Decided;
                Judge(not.Start, not.End, false);
                break;
            case LegEnded:
                _spans.RemoveAll(s => !s.Speech);
                break;
            case TimePassed:
                _spans.RemoveAll(s => s.Speech ? s.End < e.Decided - Kept : s.End < e.Decided - LongestDoubt);
                break;
        }
    }

    private void Pause(VoicePaused paused)
    {
        var open = _spans.FindLastIndex(s => s.End == Open);
        if (open >= 0) _spans[open] = _spans[open] with { End = paused.End };
        else _spans.Add(new Span(paused.Start, paused.End, false));
    }

    /// <summary>Decides the voice of one stretch. What lies before it and is still open to doubt was never confirmed.</summary>
    private void Judge(long start, long end, bool speech)
    {
        var covered = false;
        for (var i = 0; i < _spans.Count; i++)
        {
            var span = _spans[i];
            if (span.Speech) continue;
            if (span.Start >= end) break;
            if (span.End <= start)
            {
                _spans.RemoveAt(i--);
                continue;
            }
            covered = true;
            var decided = span.End <= end + Tolerance ? span : span with { End = end };
            if (decided.End < span.End) _spans.Insert(i + 1, new Span(end, span.End, false)); // cut while voice went on
            if (speech) _spans[i] = decided with { Speech = true };
            else _spans.RemoveAt(i--);
            if (speech) LastSpeechEnd = Math.Max(LastSpeechEnd, decided.End);
            if (decided.End < span.End) break;
        }
        if (covered || !speech) return;
        _spans.Add(new Span(start, end, true));
        LastSpeechEnd = Math.Max(LastSpeechEnd, end);
    }
}
