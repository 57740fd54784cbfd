using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;

namespace SpeechQA.Engine.Tests.Rules;

/// <summary>notSaid, silence, talkOver and pace: when they are decided, and what they wait for.</summary>
public sealed class TimingTests
{
    private static readonly RuleSet Notice = TestCall.Rule("{ notSaid: { phrase: call is recorded, by: 20s } }", "party: agent");
    private static readonly RuleSet Silence = TestCall.Rule("{ silence: 8s }", "coolDown: 1s");
    private static readonly RuleSet TalkOver = TestCall.Rule("{ talkOver: 1.5s }", "coolDown: 1s");

    private static TestCall Call => new(Party.Agent, Party.Customer);

    [Fact]
    public void Not_said_by_the_deadline_is_told_at_the_deadline()
    {
        var alert = Assert.Single(Call.Say(0, 1, 3, "hello there").Say(0, 30, 32, "this call is recorded").Run(Notice, 60));
        Assert.Equal((20.0, 20.0, 20.2), (AudioTime.Seconds(alert.Start), AudioTime.Seconds(alert.End), AudioTime.Seconds(alert.Decided)));
        Assert.Equal((Party.Agent, "not said within 20 s"), (alert.Party, alert.Summary));
    }

    [Theory]
    [InlineData(15, 18, 0)]
    [InlineData(19, 25, 0)] // begun before, decided after
    [InlineData(20.5, 22, 1)]
    public void Words_begun_before_the_deadline_count(double start, double end, int alerts) =>
        Assert.Equal(alerts, Call.Say(0, 1, 2, "hello there").Say(0, start, end, "call is recorded okay").Run(Notice, 60).Count);

    [Fact]
    public void Speech_under_way_at_the_deadline_is_waited_for()
    {
        var alert = Assert.Single(Call.Say(0, 18, 24, "no notice in this long sentence").Run(Notice, 60));
        Assert.Equal(24.6, AudioTime.Seconds(alert.Decided), 3);
        Assert.Equal(20, AudioTime.Seconds(alert.Start), 3);
    }

    [Fact]
    public void A_call_that_ends_before_the_deadline_is_not_judged()
    {
        Assert.Empty(Call.Say(0, 1, 3, "hello there").Run(Notice, 19));
        Assert.Empty(Call.Say(0, 1, 3, "bonjour", "fr").Run(TestCall.Rule("{ notSaid: { phrase: { en: recorded }, by: 20s } }",
            "party: agent"), 60));
    }

    [Fact]
    public void Before_the_party_has_spoken_nothing_is_late()
    {
        Assert.Empty(Call.Run(Notice, 300));                                                    // an empty line
        Assert.Empty(Call.Music(0, 1, 12).Music(0, 14, 25).Music(1, 3, 40).Run(Notice, 300));    // ringing, music in a queue
        Assert.Empty(Call.Music(0, 1, 90).Say(0, 95, 99, "hello this call is recorded").Run(Notice, 300));
    }

    [Fact]
    public void After_ringing_or_a_queue_the_time_counts_from_the_partys_first_word()
    {
        var call = Call.Say(1, 30, 31, "come on").Music(0, 1, 90).Say(0, 95, 97, "good morning").Say(0, 118, 120, "the call is recorded");
        var alert = Assert.Single(call.Run(Notice, 300));
        Assert.Equal((115.0, 115.2), (AudioTime.Seconds(alert.Start), AudioTime.Seconds(alert.Decided)));
        Assert.Equal(95, AudioTime.Seconds(Assert.Single(alert.Evidence).Start), 3);
        Assert.Empty(call.Run(Notice, 110)); // over before the deadline
    }

    [Fact]
    public void The_customers_words_do_not_count_for_the_agent_but_a_mixed_leg_does()
    {
        Assert.Single(Call.Say(0, 1, 2, "hello there").Say(1, 5, 7, "call is recorded").Run(Notice, 60));
        Assert.Empty(new TestCall(Party.Unknown).Say(0, 5, 7, "call is recorded").Run(Notice, 60));
        Assert.Single(new TestCall(Party.Unknown).Say(0, 5, 7, "hello there").Run(Notice, 60));
    }

    [Theory]
    [InlineData(12, 0)]
    [InlineData(40, 1)]
    public void A_deadline_may_count_from_words(double answer, int alerts)
    {
        var rules = TestCall.Rule("{ notSaid: { phrase: thank you for waiting, by: 15s, after: please hold } }", "party: agent");
        var call = Call.Say(0, 9, 10, "please hold").Say(0, answer, answer + 2, "thank you for waiting").Run(rules, 60);
        Assert.Equal(alerts, call.Count);
        if (alerts > 0) Assert.Equal(25, AudioTime.Seconds(call[0].Start), 3);
        Assert.Empty(Call.Say(0, 9, 10, "hello").Run(rules, 60));
    }

    [Fact]
    public void Silence_is_told_after_eight_seconds_and_once()
    {
        var alert = Assert.Single(Call.Say(0, 1, 3, "one moment").Say(1, 30, 31, "hello").Run(Silence, 35));
        Assert.Equal((3.0, 11.0, 11.2), (AudioTime.Seconds(alert.Start), AudioTime.Seconds(alert.End), AudioTime.Seconds(alert.Decided)));
        Assert.Equal((-1, Party.Unknown, "nobody spoke for 8.0 s"), (alert.Leg, alert.Party, alert.Summary));
    }

    [Theory]
    [InlineData(10.5, 35, 0)] // somebody speaks after 7.5 s
    [InlineData(30, 10, 0)] // the call ends after 7 s
    public void Shorter_silence_is_none(double next, double end, int alerts) =>
        Assert.Equal(alerts, Call.Say(0, 1, 3, "one moment").Say(1, next, next + 1, "hello").Say(0, next + 5, next + 6, "yes")
            .Run(Silence, end).Count(a => AudioTime.Seconds(a.Start) < 4));

    [Fact]
    public void Before_the_first_word_there_is_no_silence() => Assert.Empty(Call.Say(0, 15, 17, "good morning").Run(Silence, 20));

    [Fact]
    public void Music_on_hold_is_silence_known_when_the_music_is()
    {
        var alert = Assert.Single(Call.Say(1, 1, 3, "go on then").Music(0, 4, 16).Say(0, 18, 20, "thanks for waiting").Run(Silence, 25));
        Assert.Equal((3.0, 16.6), (AudioTime.Seconds(alert.Start), AudioTime.Seconds(alert.End)));
    }

    [Fact]
    public void A_long_undecided_utterance_is_no_silence() =>
        Assert.Empty(Call.Say(1, 1, 3, "go on then").Say(0, 5, 16, "a long story told without any pause").Run(Silence, 20));

    [Theory]
    [InlineData(2.0, 1)]
    [InlineData(1.1, 0)]
    public void Both_speak_at_the_same_time(double seconds, int count)
    {
        var alerts = Call.Say(0, 1, 2, "hello").Say(1, 3, 4, "hello").Say(0, 5, 12, "let me explain how this works for you")
            .Say(1, 12 - seconds, 20, "no no no let me tell you how it was").Run(TalkOver, 30);
        Assert.Equal(count, alerts.Count);
        if (count == 0) return;
        Assert.Equal((12 - seconds, 12.0, 12.6), (AudioTime.Seconds(alerts[0].Start), AudioTime.Seconds(alerts[0].End),
            AudioTime.Seconds(alerts[0].Decided)));
        Assert.Equal("both spoke for 2.0 s, the customer into the other's words", alerts[0].Summary);
    }

    [Fact]
    public void Pauses_under_0_6_s_are_part_of_speech_and_one_stretch_is_told_once() =>
        Assert.Single(Call.Say(0, 5, 12, "let me explain how this works for you")
            .Say(1, "en", [TestCall.Word("no", 8, 8.7), TestCall.Word("wait", 9.2, 9.9), TestCall.Word("please", 10.4, 11.5)])
                .Run(TalkOver, 30));

    [Fact]
    public void Speech_over_music_or_echo_is_no_talk_over()
    {
        Assert.Empty(Call.Music(0, 2, 20).Say(1, 5, 12, "are you still there I wonder").Run(TalkOver, 30));
        // echo: voice on the customer's leg while the agent speaks, found to be no speech
        Assert.Empty(Call.Say(1, 1, 2, "hello").Say(0, 4, 10, "let me explain how this works").Music(1, 4.1, 10.1).Run(TalkOver, 30));
    }

    [Theory]
    [InlineData(45, 1)]
    [InlineData(25, 0)]
    public void Pace_is_words_over_a_turn(int words, int count)
    {
        var rules = TestCall.Rule("{ pace: { over: 8s, wordsPerMinute: { en: 280 } } }", "party: agent, coolDown: 1s");
        var alerts = Call.Say(0, 1, 9.5, string.Join(' ', Enumerable.Repeat("word", words))).Run(rules, 20);
        Assert.Equal(count, alerts.Count);
        if (count > 0)
            Assert.Equal(("318 words a minute for 8.5 s", 318.0, 280.0),
                (alerts[0].Summary, alerts[0].Evidence[0].Value, alerts[0].Evidence[0].Limit));
        Assert.Empty(Call.Say(0, 1, 5, string.Join(' ', Enumerable.Repeat("word", 25))).Run(rules, 20)); // fast, but short
    }

    [Fact]
    public void A_turn_goes_on_over_an_utterance_that_was_cut()
    {
        var rules = TestCall.Rule("{ pace: { over: 8s, wordsPerMinute: { en: 280 } } }", "party: agent, coolDown: 1s");
        var text = string.Join(' ', Enumerable.Repeat("word", 25));
        Assert.Single(Call.Say(0, 1, 5.5, text).Say(0, 6.15, 10.5, text).Run(rules, 20));
        Assert.Empty(Call.Say(0, 1, 5.5, text).Say(0, 7, 11.5, text).Run(rules, 20));
    }

    /// <summary>A voice in a language that nobody knows: no silence, and nobody can say that something was not said.</summary>
    [Fact]
    public void A_voice_without_words_is_no_silence_and_no_missing_words()
    {
        var rules = TestCall.Rules("""
            rules:
              - { id: silence, severity: info, when: { silence: 8s } }
              - { id: notice, severity: info, party: agent, when: { notSaid: { phrase: recorded, by: 20s } } }
            """);
        Assert.Empty(Run(isVoice: true));
        Assert.Equal(["notice", "silence"], Run(isVoice: false));

        List<string> Run(bool isVoice)
        {
            var call = new CallRules(rules, new RuleCall(null, [Party.Agent]));
            var alerts = new List<SpeechQA.Engine.Conversation.Alert>();
            foreach (var e in new TestCall(Party.Agent).Say(0, 1, 2, "hello there").Music(0, 3, 12).Music(0, 13, 24).Events(26, 0.16))
            {
                var heard = e is NotSpeech not ? not with { IsVoice = isVoice } : e;
                call.OnLeg(heard, alerts);
                call.OnMerged(heard, alerts);
            }
            return [.. alerts.Select(a => a.Rule).Distinct().Order(StringComparer.Ordinal)];
        }
    }
}
