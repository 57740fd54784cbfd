using BenchmarkDotNet.Attributes;
using SpeechQA.Engine.Calls.Load;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Facts;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Reading;

namespace SpeechQA.Bench.Micro;

/// <summary>
/// From the transcript of an utterance put on the call's timeline, across to its loop, through rules and numbering, to the alert on the
/// feed that pages read. Figures are per alert, with its transcript event.
/// </summary>
[MemoryDiagnoser]
public class AlertPathBenchmarks
{
    private const int Alerts = 256;

    private readonly EventFeed _feed = new();
    private readonly SemaphoreSlim _raised = new(0);
    private readonly UtteranceSpoken[] _spoken = [.. Enumerable.Range(0, Alerts)
        .Select(i => WrittenCall.Say(1, i, 10 * i + 1, "I want to cancel my contract now"))];
    private RuleSet _set = RuleSet.Empty;

    [GlobalSetup]
    public void Setup() => _set = RuleReader.ReadTexts(("rules.yaml", """
        rules:
          - { id: cancel, severity: critical, party: customer, coolDown: 1s, when: { phrase: cancel~ my contract } }
        """)).Set ?? throw new InvalidOperationException("the rule is not valid");

    [Benchmark(OperationsPerInvoke = Alerts)]
    public async Task<long> TranscriptToFeed()
    {
        var timeline = new CallTimeline(2, new TimelineParts
        {
            Rules = new CallRules(_set, WrittenCall.Parties),
            Secrecy = new TranscriptSecrecy(WrittenCall.Parties.Parties, []),
            Facts = new FactCollector(FactPhrases.None, WrittenCall.Parties),
        }, new CallPublisher("c", new CallLog(), Publish), TimeProvider.System);
        var run = timeline.RunAsync(() => "completed", new CallLoad(null));
        foreach (var spoken in _spoken)
        {
            timeline.Post(spoken);
            if (!await _raised.WaitAsync(TimeSpan.FromSeconds(10))) throw new InvalidOperationException("no alert");
        }
        timeline.Complete();
        await run;
        return _feed.Last;
    }

    [GlobalCleanup]
    public void Cleanup() => _raised.Dispose();

    private void Publish(CallEvent e)
    {
        _feed.Publish(e);
        if (e is AlertRaised) _raised.Release();
    }
}
