using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Calls.Timeline;

/// <summary>
/// The warnings of one call, each kind once for a leg. It also tells legs that carry sound but no speech, from the leg's own
/// events, so that a live call and a recording of it agree. The call's timeline is the single caller.
/// </summary>
internal sealed class LineWarnings(int legs)
{
    /// <summary>Audio without a word after which a live leg is told to carry noise only.</summary>
    private static readonly long WithoutSpeech = AudioTime.Position(60);

    /// <summary>A leg that ends sooner may have had no time to speak.</summary>
    private static readonly long Shortest = AudioTime.Position(1);

    private readonly List<SoundWarning> _warnings = [];
    private readonly bool[] _spoke = new bool[legs];

    /// <summary>In the order of start, leg and kind. Noise is no news on a leg of which something else is known.</summary>
    public IReadOnlyList<SoundWarning> All =>
        [.. _warnings.Where(w => w.Kind != SoundWarningKind.NoiseOnly || !HasOther(w.Leg))
            .OrderBy(w => w.Start).ThenBy(w => w.Leg ?? -1).ThenBy(w => w.Kind, StringComparer.Ordinal)
            .ThenBy(w => w.Cause, StringComparer.Ordinal)];

    /// <summary>Takes a note; answers what is to be told of it, or null when it is no news.</summary>
    public LineNote? Take(LineNote note)
    {
        var known = _warnings.FindIndex(w => IsSame(w, note.Warning));
        if (known < 0)
        {
            if (note.Over) return null;
            _warnings.Add(note.Warning);
            return note;
        }
        var warning = _warnings[known];
        if (!note.Over)
        {
            _warnings[known] = warning with { Seconds = note.Warning.Seconds ?? warning.Seconds };
            return null;
        }
        _warnings.RemoveAt(known);
        return new LineNote(warning with { Seconds = note.Warning.Seconds }, Over: true);
    }

    /// <summary>Takes an event of a leg, in the leg's order; answers what is to be told, or null.</summary>
    public LineNote? Take(LegEvent e)
    {
        switch (e)
        {
            case UtteranceSpoken or NotSpeech { IsVoice: true } when !_spoke[e.Leg]:
                _spoke[e.Leg] = true;
                return Take(new LineNote(NoiseOf(e, AudioTime.Seconds(e.Decided)), Over: true));
            case TimePassed when e.Decided >= WithoutSpeech && !_spoke[e.Leg] && !_warnings.Exists(w => w.Leg == e.Leg):
                return Take(new LineNote(NoiseOf(e, null), Over: false));
            case LegEnded when e.Decided >= Shortest && !_spoke[e.Leg] && !HasOther(e.Leg):
                return Take(new LineNote(NoiseOf(e, AudioTime.Seconds(e.Decided)), Over: false));
            default:
                return null;
        }
    }

    private bool HasOther(int? leg) => _warnings.Exists(w => w.Leg == leg && w.Kind != SoundWarningKind.NoiseOnly);

    // Of the source as a whole there may be several of a kind: two streams of a capture in codecs that are not decoded.
    private static bool IsSame(SoundWarning a, SoundWarning b) =>
        a.Leg == b.Leg && a.Kind == b.Kind && (a.Leg is not null || a.Cause == b.Cause);

    private static SoundWarning NoiseOf(LegEvent e, double? seconds) => new(e.Leg, e.Party, SoundWarningKind.NoiseOnly, 0,
        seconds is { } length ? Math.Round(length, 3) : null, "the line carries sound, but no speech was heard on it",
        "check that the party is on this line, and its microphone");
}
