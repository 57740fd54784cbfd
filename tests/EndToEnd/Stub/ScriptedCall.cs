using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.EndToEnd.Stub;

/// <summary>Makes the events of one call with their numbers, in the order they are asked for.</summary>
public sealed class ScriptedCall(string id, string agent = "Mia", string queue = "Support EN")
{
    /// <summary>The party of each leg.</summary>
    public IReadOnlyList<Party> Parties { get; init; } = [Party.Agent, Party.Customer];

    private int _alerts;
    private long _sequence;

    public string Id => id;

    public CallStarted Started(double ago = 0) => new(id, ++_sequence, 0, new CallDescription($"ext-{id}", agent, queue, "en",
        Parties, DateTimeOffset.UtcNow.AddSeconds(-ago)));

    public CallEnded Ended(double time) => new(id, ++_sequence, time, "hung up");

    /// <summary>Facts of a call of two parties; the problem was said to be solved in these words.</summary>
    public CallScored Scored(double time, string words = "I'll take it") => new(id, ++_sequence, time, new CallFacts
    {
        Version = "2-00000000",
        DurationSeconds = time,
        Parties =
        [
            new PartyFacts(Party.Customer, 1, 45, 0.625, 140, 186.7, 2, new SentimentFacts(-0.3, [-0.6, null, -0.8, 0.7], 0.2, -0.7)),
            new PartyFacts(Party.Agent, 0, 27, 0.375, 80, 177.8, 0, null),
        ],
        OverlapSeconds = 2.5,
        Interruptions = [new Interruption(Party.Customer, 1, Party.Agent, 0, 31, 2.5)],
        Silence = new SilenceFacts(1, 12.4, 0.12, new TimeStretch(32, 44.4, 12.4)),
        Hold = new HoldFacts(1, 12.4, [new HoldStretch(32, 44.4, 12.4, "music",
            Heard("hold-request", Party.Agent, 30, "put you on hold"))]),
        ProblemResolved = new SaidFact(true, [Heard("solved-customer", Party.Customer, 70, words)]),
        Greeting = new SaidFact(true, [Heard("greeting", Party.Agent, 1, "Thank you for calling") with { How = "meaning", Value = 0.2,
            Limit = 0.1 }]),
        RecordingNotice = new SaidFact(false, []),
        FurtherHelp = SaidFact.Unknown,
        Empathy = new SaidFact(true, [Heard("empathy", Party.Agent, 14, "I am sorry to hear that")]),
        CallbackPromised = new SaidFact(false, []),
    });

    private static FactEvidence Heard(string cue, Party party, double start, string words) =>
        new(cue, party, LegOf(party), start, start + 1, words, "words", "pattern", null, null);

    public TranscriptPartial Partial(Party party, int utterance, double start, string text) =>
        new(id, ++_sequence, start + Words(text, start).Count * 0.3, party, utterance, start, start + Words(text, start).Count * 0.3, text)
        {
            Leg = LegOf(party),
        };

    /// <param name="stable">The part of the text that will not change, its begin.</param>
    public TranscriptPartial Partial(Party party, int utterance, double start, string text, string stable) =>
        Partial(party, utterance, start, text) with { Stable = stable.Length, Language = "en" };

    public TranscriptFinal Final(Party party, int utterance, double start, string text)
    {
        var words = Words(text, start);
        return new(id, ++_sequence, words[^1].End + 0.6, party, utterance, start, words[^1].End, text, "en", 0.92, words)
        {
            Leg = LegOf(party),
        };
    }

    public LineQuality Line(double time, string rating) =>
        new(id, ++_sequence, time, Party.Customer, new LineFacts(0.4, 6.2, 0, -24) { Rating = rating }) { Leg = 1 };

    public LineWarning Warning(double time, int leg, string kind, string cause, bool over = false) =>
        new(id, ++_sequence, time, leg, leg == 0
            ? Party.Agent
            : Party.Customer, kind, 0, null)
        { Cause = cause, Remedy = "look at it", Over = over };

    /// <summary>An alert over the words of an utterance, each word 0.3 s long as in <see cref="Final"/>.</summary>
    public AlertRaised Phrase(Severity severity, string name, double start, string words) => Raise(severity, name, $"\"{words}\"",
        new EvidenceInfo("phrase", Party.Customer, start, start + Words(words, start).Count * 0.3, words, "cancel (my|the) contract",
            "exact words", null, null, null, 0.93)
        { Leg = 1 });

    /// <summary>An early alert, before the final of its words.</summary>
    public AlertRaised Early(Severity severity, string name, double start, string words) =>
        Phrase(severity, name, start, words) with { Early = true };

    /// <summary>The final holds other words, but the same alert.</summary>
    public AlertConfirmed Confirmed(AlertRaised early, string words) =>
        new(id, ++_sequence, early.Time + 2, early.Alert.Id, early.Alert with
        {
            Summary = $"\"{words}\"",
            Evidence = [early.Alert.Evidence[0] with { Text = words }]
        }, early.Clock);

    public AlertWithdrawn Withdrawn(AlertRaised early) =>
        new(id, ++_sequence, early.Time + 2, early.Alert.Id, "the final text does not hold it");

    public AlertRaised Measured(Severity severity, string name, double start, double value, double limit) =>
        Raise(severity, name, $"both spoke for {value:0.0} s",
        new EvidenceInfo("talkOver", Party.Unknown, start, start + value, null, null, "measured", value, limit, "s", null));

    private AlertRaised Raise(Severity severity, string name, string summary, EvidenceInfo evidence)
    {
        var rule = name.ToLowerInvariant().Replace(' ', '-');
        var alert = new AlertInfo($"{rule}-{++_alerts}", rule, "1f2e3d4c", name, severity, evidence.Party, evidence.Start, evidence.End,
            summary, [evidence])
        { Leg = evidence.Leg };
        var clock = new StageClock
        {
            Captured = DateTimeOffset.UtcNow,
            VoicedMs = 32,
            QueuedMs = 210,
            InferredMs = 418,
            MatchedMs = 421,
            PublishedMs = 430
        };
        return new(id, ++_sequence, evidence.End, alert, clock);
    }

    private static int LegOf(Party party) => party == Party.Customer ? 1 : 0;

    private static List<WordInfo> Words(string text, double start) =>
        [.. text.Split(' ').Select((word, i) => new WordInfo(word, start + 0.3 * i, start + 0.3 * (i + 1), 0.9))];
}
