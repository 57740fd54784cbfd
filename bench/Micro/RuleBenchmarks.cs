using BenchmarkDotNet.Attributes;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Reading;
using SpeechQA.Host;

namespace SpeechQA.Bench.Micro;

/// <summary>
/// The rules that come with the program over one minute of a written call: utterances, voice and time passing on both legs.
/// </summary>
[MemoryDiagnoser]
public class RuleBenchmarks
{
    private static readonly string[] Lines =
    [
        "Thank you for calling, this call may be recorded for training purposes, how can I help you today?",
        "I have been charged twice for the same month and nobody has called me back about it.",
        "I am sorry about that, let me look into your account for you right now.",
        "If this is not settled today I want to cancel my contract and speak to a supervisor.",
        "I understand, I can put the refund through for you while you are on the line.",
        "All right, that is fine then, thank you for your help with this.",
    ];

    private readonly List<LegEvent> _events = [];
    private readonly List<Alert> _alerts = [];
    private RuleSet _set = RuleSet.Empty;

    [GlobalSetup]
    public void Setup()
    {
        _set = RuleReader.Load(ProgramFolder.Find(Path.Combine("samples", "rules"), "run this in a checkout"));
        for (var i = 0; i < Lines.Length; i++)
        {
            var spoken = WrittenCall.Say(i % 2, i / 2, 10 * i + 1, Lines[i]);
            var u = spoken.Utterance;
            _events.Add(new VoiceStarted(u.Leg, u.Party, u.Start + 1_000, u.Start));
            _events.Add(new VoicePaused(u.Leg, u.Party, u.End + AudioTime.Rate / 5, u.Start, u.End));
            _events.Add(spoken);
        }
        for (var t = 0.25; t < 60; t += 0.25)
            for (var leg = 0; leg < 2; leg++) _events.Add(new TimePassed(leg, WrittenCall.Parties.Parties[leg], AudioTime.Position(t)));
        _events.Sort((a, b) => (a.Decided, a.Leg, a is TimePassed).CompareTo((b.Decided, b.Leg, b is TimePassed)));
        if (Minute() == 0) throw new InvalidOperationException("no rule fires");
    }

    [Benchmark]
    public int Minute()
    {
        _alerts.Clear();
        var rules = new CallRules(_set, WrittenCall.Parties);
        foreach (var e in _events)
        {
            rules.OnLeg(e, _alerts);
            rules.OnMerged(e, _alerts);
        }
        return _alerts.Count;
    }
}
