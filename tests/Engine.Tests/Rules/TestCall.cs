using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Inflection.Prosody;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Rules.Reading;

namespace SpeechQA.Engine.Tests.Rules;

/// <summary>
/// A call of events without audio: speech, music and silence are put on its legs in seconds, then everything runs in the
/// order a call's timeline would give.
/// </summary>
internal sealed class TestCall
{
    private readonly Party[] _parties;
    private readonly List<LegEvent> _events = [];
    private readonly int[] _utterances;

    public TestCall(params Party[] parties)
    {
        _parties = parties;
        _utterances = new int[parties.Length];
    }

    public static RuleSet Rules(string yaml)
    {
        var reading = RuleReader.ReadTexts(("rules.yaml", yaml));
        Assert.True(reading.Set is not null, string.Join('\n', reading.Errors));
        return reading.Set;
    }

    /// <summary>A rule with one condition, for tests that need no more.</summary>
    public static RuleSet Rule(string when, string more = "party: customer, coolDown: 1s") =>
        Rules($"rules:\n  - {{ id: it, severity: info, {more}, when: {when} }}\n");

    /// <summary>Words spoken evenly from start to end; voice is reported, the utterance 0.6 s after its end.</summary>
    public TestCall Say(int leg, double start, double end, string text, string language = "en")
    {
        var words = text.Split(' ');
        var step = (end - start) / words.Length;
        return Say(leg, language, [.. words.Select((w, i) => Word(w, start + i * step, start + (i + 1) * step))]);
    }

    /// <summary>Words with their times: cut into utterances at pauses of 0.6 s, voice pauses at 0.2 s.</summary>
    public TestCall Say(int leg, string language, IReadOnlyList<SpokenWord> words)
    {
        var from = 0;
        var voice = 0;
        for (var i = 0; i < words.Count; i++)
        {
            var pause = i + 1 == words.Count ? long.MaxValue : words[i + 1].Start - words[i].End;
            if (pause >= At(0.2))
            {
                Voice(leg, words[voice].Start, words[i].End);
                voice = i + 1;
            }
            if (pause < At(0.6)) continue;
            Spoken(leg, language, [.. words.Skip(from).Take(i + 1 - from)]);
            from = i + 1;
        }
        return this;
    }

    /// <summary>Voice activity that is found to be no speech, 0.6 s after its end.</summary>
    public TestCall Music(int leg, double start, double end)
    {
        Voice(leg, At(start), At(end));
        _events.Add(new NotSpeech(leg, _parties[leg], At(end + 0.6), At(start), At(end)));
        return this;
    }

    /// <summary>How the party spoke in the 3 s before <paramref name="end"/>; a change of voice means that it is raised.</summary>
    public TestCall Measure(int leg, double end, double score = double.NaN, bool watch = false, bool alert = false,
        double semitones = double.NaN, double decibels = double.NaN, LineOfSpeech? line = null)
    {
        var raised = double.IsFinite(semitones);
        _events.Add(new InflectionMeasured(leg, _parties[leg], At(end))
        {
            Start = At(end - 3),
            End = At(end),
            Score = score,
            Watch = watch,
            Alert = alert,
            Limit = watch ? 0.5 : alert ? 0.909 : double.NaN,
            Line = line ?? LineOfSpeech.Clean,
            RaisedWindow = raised,
            RaisedVoice = raised,
            Change = new ProsodyChange(semitones, double.NaN, decibels, double.NaN, double.NaN),
        });
        return this;
    }

    public static SpokenWord Word(string text, double start, double end) => new(text, At(start), At(end), 0.9f);

    /// <summary>Runs the call and gives its alerts in the order they were raised.</summary>
    public List<Alert> Run(IRuleSource rules, double end, string? queue = null, double tick = 0.25, Action<LegEvent>? before = null)
    {
        var call = new CallRules(rules, new RuleCall(queue, _parties));
        var alerts = new List<Alert>();
        foreach (var e in Events(end, tick))
        {
            before?.Invoke(e);
            if (e is InflectionMeasured measured) call.OnVoice(measured, alerts);
            call.OnLeg(e, alerts);
            call.OnMerged(e, alerts);
        }
        return alerts;
    }

    /// <summary>Everything in the merged order.</summary>
    public IEnumerable<LegEvent> Events(double end, double tick = 0.25)
    {
        var events = new List<LegEvent>(_events.Where(e => e.Decided <= At(end)));
        for (var leg = 0; leg < _parties.Length; leg++)
        {
            for (var t = tick; t < end; t += tick) events.Add(new TimePassed(leg, _parties[leg], At(t)));
            events.Add(new LegEnded(leg, _parties[leg], At(end)));
        }
        return events.OrderBy(e => e.Decided).ThenBy(e => e.Leg).ThenBy(Kind);
    }

    public static long At(double seconds) => AudioTime.Position(seconds);

    private static int Kind(LegEvent e) => e switch { LegEnded => 2, TimePassed => 1, _ => 0 };

    private void Voice(int leg, long start, long end)
    {
        _events.Add(new VoiceStarted(leg, _parties[leg], start + At(0.07), start));
        _events.Add(new VoicePaused(leg, _parties[leg], end + At(0.2), start, end));
    }

    private void Spoken(int leg, string language, IReadOnlyList<SpokenWord> words) =>
        _events.Add(new UtteranceSpoken(new Utterance(leg, _parties[leg], _utterances[leg]++, words[0].Start, words[^1].End,
            string.Join(' ', words.Select(w => w.Text)), language, 0.9f, words)
        {
            Decided = words[^1].End + At(0.6),
            Clock = default,
        }));
}
