using System.Text.Json;
using SpeechQA.Bench.Calls;
using SpeechQA.Bench.Truth;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Tests.Output;

namespace SpeechQA.Bench.Tests.Calls;

public sealed class FactCheckTests
{
    private static readonly CallTruth Truth = JsonSerializer.Deserialize<CallTruth>("""
        {"call":{"id":"c","language":"en","audio":"c.wav"},
         "facts":{"resolved":true,"cancelled":false,"callback_promised":true,"recording_notice":"late"},
         "utterances":[{"party":"agent","start":1,"end":11,"text":"a b c d e f g h i j"},
                       {"party":"customer","start":19,"end":39,"text":"a b c d e"}],
         "events":[{"type":"hold_silence","party":"both","start":11,"end":19,"text":"","kind":"silence"},
                   {"type":"talk_over","party":"both","start":20,"end":22,"text":"","interrupter":"agent"}],
         "near_misses":[{"type":"hold_silence","party":"both","start":50,"end":54,"text":""}]}
        """, new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower })!;

    private static FactCheck[] Checks(CallFacts facts, string fact) => [.. FactCheck.Of(facts, Truth).Where(c => c.Fact == fact)];

    [Fact]
    public void AnswersAreHeldAgainstTheTruth()
    {
        var facts = SampleAnalysis.Facts();
        Assert.True(Assert.Single(Checks(facts, "resolved")).Right);
        var promised = Assert.Single(Checks(facts, "callback promised"));
        Assert.Equal((false, "yes", "nothing said"), (promised.Right, promised.Truth, promised.Found));
        Assert.Equal("unknown", Checks(facts, "recording notice")[0].Found);
        var late = new SaidFact(true, [new FactEvidence("recording-notice", Party.Agent, 0, 20.1, 22, "recorded", "words", null, null,
            null)]);
        Assert.True(Checks(facts with { RecordingNotice = late }, "recording notice")[0].Right);
    }

    [Fact]
    public void AHoldIsFoundWhereItIsAndNoneIsInvented()
    {
        HoldStretch At(double start, double end, string sound = "silence") => new(start, end, end - start, sound, null);
        CallFacts With(params HoldStretch[] stretches) =>
            SampleAnalysis.Facts() with { Hold = new HoldFacts(stretches.Length, 0, stretches) };
        Assert.True(Assert.Single(Checks(With(At(11.2, 19)), "hold")).Right);
        Assert.False(Assert.Single(Checks(With(At(11.2, 19, "music")), "hold")).Right);
        Assert.False(Assert.Single(Checks(With(), "hold")).Right);
        Assert.Equal([true, false], Checks(With(At(11, 19), At(60, 70)), "hold").Select(c => c.Right!.Value));
        Assert.Single(Checks(With(At(11, 19), At(50, 54)), "hold")); // a short wait is due no alert, but is one
    }

    [Fact]
    public void AnInterruptionIsByWhoCutIn()
    {
        var wrong = Assert.Single(Checks(SampleAnalysis.Facts(), "interruption"));
        Assert.Equal((false, "agent at 20.0 s", "customer at 20.0 s"), (wrong.Right, wrong.Truth, wrong.Found));
    }

    [Fact]
    public void FiguresHaveADifference()
    {
        Assert.Equal(1.5, Assert.Single(Checks(SampleAnalysis.Facts(), "silence s")).Difference!.Value, 6);
        Assert.Equal(70 - 200 / 3.0, Assert.Single(Checks(SampleAnalysis.Facts(), "talk share, customer %")).Difference!.Value, 6);
        Assert.Equal(165, Assert.Single(Checks(SampleAnalysis.Facts(), "words/min, customer")).Difference!.Value, 6);
        Assert.Equal("unknown", Assert.Single(Checks(SampleAnalysis.Facts(), "words/min, agent")).Found);
    }
}
