using SpeechQA.Engine.Calls.Early;
using SpeechQA.Engine.Calls.Load;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Facts;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Tests.Rules;

namespace SpeechQA.Engine.Tests.Calls;

/// <summary>Early alerts on a call's timeline: raised by drafts, judged by finals.</summary>
public sealed class EarlyAlertTests
{
    private static readonly RuleSet Rules = TestCall.Rules("""
        rules:
          - { id: cancel, severity: critical, party: customer, coolDown: 10s, when: { phrase: cancel~ my contract } }
          - { id: refund, severity: warning, party: customer, coolDown: 10s, when: { phrase: refund } }
        """);

    private readonly List<CallEvent> _events = [];
    private readonly CallTimeline _timeline;

    public EarlyAlertTests() =>
        _timeline = new CallTimeline(2, new TimelineParts
        {
            Rules = new CallRules(Rules, Call),
            Secrecy = new TranscriptSecrecy(Call.Parties, []),
            Facts = new FactCollector(FactPhrases.None, Call),
        }, new CallPublisher("c", new CallLog(), _events.Add), TimeProvider.System);

    private static RuleCall Call { get; } = new(null, [Party.Agent, Party.Customer]);

    private static Utterance Words(string text, double start, int index, RecognitionClock clock)
    {
        SpokenWord[] words = [.. text.Split(' ').Select((w, i) => TestCall.Word(w, start + 0.3 * i, start + 0.3 * (i + 1)))];
        return new Utterance(1, Party.Customer, index, words[0].Start, words[^1].End, text, "en", 0.9f, words)
        {
            Decided = words[^1].End + TestCall.At(0.6),
            Clock = clock
        };
    }

    private EarlyAlertTests Draft(string text, double start = 1, int index = 0, bool paused = false, RecognitionClock clock = default)
    {
        var words = Words(text, start, index, clock);
        _timeline.Show(new TranscriptDraft(words with { Decided = words.End }, 0, paused));
        return this;
    }

    private EarlyAlertTests Final(string text, double start = 1, int index = 0) =>
        Post(new UtteranceSpoken(Words(text, start, index, default)));

    private EarlyAlertTests Post(LegEvent e)
    {
        _timeline.Post(e);
        return this;
    }

    private async Task<List<CallEvent>> RunAsync()
    {
        _timeline.Complete();
        await _timeline.RunAsync(() => "completed", new CallLoad(null));
        Assert.Equal(Enumerable.Range(1, _events.Count).Select(i => (long)i), _events.Select(e => e.Sequence));
        return [.. _events.Where(e => e is AlertRaised or AlertConfirmed or AlertWithdrawn)];
    }

    [Fact]
    public async Task A_final_that_holds_it_confirms_an_early_alert_with_its_own_evidence()
    {
        var events = await Draft("cancel my contract and").Draft("cancel my contract and go").Final("cancelling my contract and go now")
            .RunAsync();
        var raised = Assert.IsType<AlertRaised>(events[0]);
        var confirmed = Assert.IsType<AlertConfirmed>(Assert.Single(events.Skip(1)));
        Assert.True(raised.Early);
        Assert.Equal(("cancel-1", "cancel-1", "cancel-1"), (raised.Alert.Id, confirmed.AlertId, confirmed.Alert.Id));
        Assert.Equal(("\"cancel my contract\"", "\"cancelling my contract\""), (raised.Alert.Summary, confirmed.Alert.Summary));
        Assert.Equal((2.2, 3.4), (raised.Time, confirmed.Time));
        Assert.Equal("\"cancelling my contract\"", Assert.Single(_timeline.Alerts).Summary);
    }

    [Fact]
    public async Task A_final_that_does_not_hold_it_withdraws_it_and_the_rule_is_free_again()
    {
        var events = await Draft("cancel my contract and").Final("counsel my contact and go").Final("cancel my contract", 6, 1).RunAsync();
        Assert.Equal(["cancel-1", "cancel-1", "cancel-2"], events.Select(IdOf));
        Assert.Equal("the final text does not hold it", Assert.IsType<AlertWithdrawn>(events[1]).Reason);
        Assert.False(Assert.IsType<AlertRaised>(events[2]).Early);
        Assert.Equal(TestCall.At(6), Assert.Single(_timeline.Alerts).Start);
    }

    [Fact]
    public async Task Only_the_same_rule_at_the_same_time_confirms()
    {
        var events = await Draft("a refund now and so on").Final("cancel my contract and so on and then again a refund").RunAsync();
        Assert.Equal(["raised refund-1", "raised cancel-2", "raised refund-3", "withdrawn refund-1"], events.Select(Say));
    }

    [Fact]
    public async Task Speech_that_was_none_or_was_shed_withdraws()
    {
        var events = await Draft("a refund now").Post(new NotSpeech(1, Party.Customer, TestCall.At(2.8), TestCall.At(1), TestCall.At(2)))
            .RunAsync();
        Assert.Equal(["raised refund-1", "withdrawn refund-1"], events.Select(Say));
        Assert.Empty(_timeline.Alerts);
    }

    [Fact]
    public async Task The_end_of_the_leg_withdraws_what_is_left()
    {
        var events = await Draft("a refund now").Post(new LegEnded(1, Party.Customer, TestCall.At(4))).RunAsync();
        Assert.Equal("the call ended before the final text", Assert.IsType<AlertWithdrawn>(events[1]).Reason);
    }

    [Fact]
    public async Task The_other_leg_judges_nothing()
    {
        var other = Words("so you want a refund", 1, 0, default) with { Leg = 0, Party = Party.Agent };
        var events = await Draft("a refund now").Post(new UtteranceSpoken(other)).Post(new LegEnded(0, Party.Agent, TestCall.At(4)))
            .Final("a refund now").RunAsync();
        Assert.Equal(["raised refund-1", "confirmed refund-1"], events.Select(Say));
    }

    [Fact]
    public async Task Words_after_the_cut_of_a_long_utterance_are_judged_by_the_next_final()
    {
        var events = await Draft("one two three four five six a refund now").Final("one two three four")
            .Final("five six a refund now", 2.2, 1).RunAsync();
        Assert.Equal(["raised refund-1", "confirmed refund-1"], events.Select(Say));
    }

    [Fact]
    public async Task A_pause_raises_without_a_word_after_it()
    {
        var events = await Draft("I want a refund").Draft("I want a refund", paused: true).Final("I want a refund").RunAsync();
        Assert.Equal(["raised refund-1", "confirmed refund-1"], events.Select(Say));
        Assert.Equal(2, _events.OfType<TranscriptPartial>().Count());
    }

    [Fact]
    public async Task An_early_alert_carries_the_clock_of_its_partial()
    {
        var now = TimeProvider.System.GetTimestamp();
        var ms = TimeProvider.System.TimestampFrequency / 1000;
        var events = await Draft("a refund now", clock: new RecognitionClock(now - 200 * ms, now - 190 * ms, now - 150 * ms, now - 20 * ms))
            .Final("a refund now").RunAsync();
        var clock = Assert.IsType<AlertRaised>(events[0]).Clock!;
        Assert.Equal((10.0, 50.0, 180.0), (Math.Round(clock.VoicedMs!.Value), Math.Round(clock.QueuedMs!.Value),
            Math.Round(clock.InferredMs!.Value)));
        Assert.True(clock.PublishedMs >= clock.MatchedMs && clock.MatchedMs >= 200);
    }

    private static string IdOf(CallEvent e) => e switch
    {
        AlertRaised a => a.Alert.Id,
        AlertConfirmed a => a.AlertId,
        AlertWithdrawn a => a.AlertId,
        _ => ""
    };

    private static string Say(CallEvent e) =>
        $"{e switch { AlertRaised => "raised", AlertConfirmed => "confirmed", _ => "withdrawn" }} {IdOf(e)}";
}
