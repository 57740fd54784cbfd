using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Tests.Rules;

namespace SpeechQA.Engine.Tests.Facts;

/// <summary>Talk, pace, interruptions, silence and hold from events alone.</summary>
public sealed class FloorFactsTests
{
    private static readonly Party[] Two = [Party.Agent, Party.Customer];

    private static string Words(int count) => string.Join(' ', Enumerable.Repeat("word", count));

    [Fact]
    public void Talk_share_and_pace_are_of_speech_alone()
    {
        var facts = new TestCall(Two).Say(0, 1, 7, Words(20)).Say(1, 8, 10, Words(6)).Facts(Two, 20);
        var (customer, agent) = (facts.Parties[0], facts.Parties[1]);
        Assert.Equal((Party.Customer, 1, 2.0, 0.25, 6), (customer.Party, customer.Leg, customer.TalkSeconds, customer.TalkShare,
            customer.Words));
        Assert.Null(customer.WordsPerMinute); // too little speech to tell
        Assert.Equal((6.0, 0.75, 200.0), (agent.TalkSeconds, agent.TalkShare, agent.WordsPerMinute));
        Assert.Equal(20, facts.DurationSeconds);
    }

    [Fact]
    public void Figures_count_as_their_digits()
    {
        var facts = new TestCall(Two).Say(1, 1, 7, "my number is 40017 please").Facts(Two, 10);
        Assert.Equal(9, facts.Parties[0].Words);
    }

    [Fact]
    public void A_pause_under_six_tenths_of_a_second_is_speech()
    {
        SpeechQA.Engine.Conversation.SpokenWord[] words = [TestCall.Word("one", 1, 2), TestCall.Word("two", 2.5, 3),
            TestCall.Word("three", 3.7, 4)];
        Assert.Equal(2.3, new TestCall(Two).Say(0, "en", words).Facts(Two, 10).Parties[1].TalkSeconds);
    }

    [Fact]
    public void Who_begins_later_and_stays_a_second_cuts_in()
    {
        var facts = new TestCall(Two).Say(0, 1, 6, Words(15)).Say(1, 4, 9, Words(15)).Say(0, 8.5, 12, Words(9)).Facts(Two, 15);
        var cut = Assert.Single(facts.Interruptions!);
        Assert.Equal(new Interruption(Party.Customer, 1, Party.Agent, 0, 4, 2), cut);
        Assert.Equal((1, 0), (facts.Parties[0].Interruptions, facts.Parties[1].Interruptions));
        Assert.Equal(2.5, facts.OverlapSeconds);
    }

    [Fact]
    public void Listening_noises_cut_nobody_short()
    {
        var facts = new TestCall(Two).Say(0, 1, 9, Words(25)).Say(1, 4, 4.8, "mm hmm").Facts(Two, 12);
        Assert.Empty(facts.Interruptions!);
        Assert.Equal(0.8, facts.OverlapSeconds);
    }

    [Fact]
    public void Words_that_become_known_late_stand_where_they_were_spoken()
    {
        // The agent's ten seconds are known after the customer's short word inside them.
        var facts = new TestCall(Two).Say(1, 5, 6.5, "but wait a moment").Say(0, 1, 11, Words(30)).Facts(Two, 15);
        Assert.Equal(Party.Customer, Assert.Single(facts.Interruptions!).By);
        Assert.Equal(0, facts.Silence.Count);
    }

    [Fact]
    public void Silence_is_three_seconds_and_more_between_words()
    {
        var facts = new TestCall(Two).Say(0, 6, 8, Words(5)).Say(1, 10.5, 12, Words(4)).Say(0, 16, 18, Words(5)).Facts(Two, 40);
        Assert.Equal(new SilenceFacts(1, 4, 0.1, new TimeStretch(12, 16, 4)), facts.Silence);
    }

    [Fact]
    public void Noise_is_no_speech()
    {
        var facts = new TestCall(Two).Say(0, 1, 3, Words(5)).Music(1, 4, 9).Say(0, 10, 12, Words(5)).Facts(Two, 15);
        Assert.Equal(7, facts.Silence.Seconds);
        Assert.Equal(0, facts.Parties[0].TalkSeconds);
    }

    [Theory]
    [InlineData("please hold the line while I check", false, "silence")]
    [InlineData("please hold the line while I check", true, "music")]
    [InlineData("ne quittez pas je vérifie", false, "silence")]
    public void Silence_after_a_request_to_wait_is_hold(string request, bool music, string sound)
    {
        var facts = new TestCall(Two).Say(0, 1, 4, request, request.StartsWith("ne", StringComparison.Ordinal) ? "fr" : "en")
            .Say(1, 4.5, 5.2, "okay").Say(0, 12, 14, Words(6))
            .Facts(Two, 20, loud: (leg, at) => music && leg == 0 && at is > 6 and < 12 ? -30 : -60);
        var hold = Assert.Single(facts.Hold.Stretches);
        Assert.Equal((5.2, 12.0, 6.8, sound), (hold.Start, hold.End, hold.Seconds, hold.Sound));
        Assert.Equal("hold-request", hold.Evidence!.Cue);
    }

    [Fact]
    public void Thanks_for_waiting_tell_of_a_hold_whose_request_was_not_heard()
    {
        var facts = new TestCall(Two).Say(0, 1, 4, Words(8)).Say(0, 12, 14, "thank you for waiting").Facts(Two, 20);
        Assert.Equal("hold-thanks", Assert.Single(facts.Hold.Stretches).Evidence!.Cue);
    }

    [Fact]
    public void Long_music_alone_is_hold_and_other_silence_is_not()
    {
        var call = new TestCall(Two).Say(0, 1, 4, Words(8)).Say(1, 14, 15, Words(3)).Say(0, 21, 23, Words(6));
        var facts = call.Facts(Two, 30, loud: (leg, at) => leg == 0 && at is > 4 and < 14 ? -30 : -60);
        var hold = Assert.Single(facts.Hold.Stretches);
        Assert.Equal(("music", null), (hold.Sound, hold.Evidence));
        Assert.Equal(2, facts.Silence.Count);
    }

    [Fact]
    public void What_the_agent_says_long_after_the_request_ends_it()
    {
        var facts = new TestCall(Two).Say(0, 1, 3, "one moment please").Say(0, 4, 24, Words(60)).Say(0, 30, 32, Words(6)).Facts(Two, 40);
        Assert.Equal(1, facts.Silence.Count);
        Assert.Empty(facts.Hold.Stretches);
    }

    [Fact]
    public void One_leg_knows_no_interruptions()
    {
        Party[] one = [Party.Unknown];
        var facts = new TestCall(one).Say(0, 1, 7, "good morning how can I help you").Say(0, 8, 9, "hello it is me").Facts(one, 12);
        Assert.Null(facts.Interruptions);
        Assert.Null(facts.OverlapSeconds);
        var party = Assert.Single(facts.Parties);
        Assert.Equal((Party.Unknown, 1.0, null), (party.Party, party.TalkShare, party.Interruptions));
        Assert.True(facts.Greeting.Value); // anybody may have said it
    }

    [Fact]
    public void Two_legs_of_unknown_party_are_told_by_their_number()
    {
        Party[] unknown = [Party.Unknown, Party.Unknown];
        var facts = new TestCall(unknown).Say(0, 1, 6, Words(9)).Say(1, 4, 8, Words(9)).Facts(unknown, 12);
        Assert.Equal([0, 1], facts.Parties.Select(p => p.Leg));
        Assert.Equal(1, Assert.Single(facts.Interruptions!).ByLeg);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(60)]
    public void Without_speech_nothing_is_claimed(double seconds)
    {
        var facts = new TestCall(Two).Facts(Two, seconds);
        Assert.Equal(seconds, facts.DurationSeconds);
        Assert.All(facts.Parties, p => Assert.Equal((0.0, null, null, null), (p.TalkSeconds, p.TalkShare, p.WordsPerMinute, p.Sentiment)));
        Assert.Equal((0, 0, null), (facts.Silence.Count, facts.Hold.Count, facts.Silence.Longest));
        foreach (var said in new[] { facts.ProblemResolved, facts.Greeting, facts.RecordingNotice, facts.FurtherHelp, facts.Empathy,
            facts.CallbackPromised })
            Assert.Equal((null, 0), (said.Value, said.Evidence.Count));
    }

    [Fact]
    public void A_call_of_one_second_has_facts()
    {
        var facts = new TestCall(Two).Say(1, 0.2, 0.9, "hello").Facts(Two, 1.6);
        Assert.Equal((1.0, 0.7), (facts.Parties[0].TalkShare, facts.Parties[0].TalkSeconds));
        Assert.Null(facts.ProblemResolved.Value);
    }

    [Fact]
    public void A_long_call_keeps_a_bounded_number_of_stretches()
    {
        var call = new TestCall(Two);
        for (var i = 0; i < 700; i++) call.Say(0, 10 * i, 10 * i + 3, "one moment please").Say(1, 10 * i + 1.5, 10 * i + 3, "yes but look");
        var facts = call.Facts(Two, 7000);
        Assert.Equal((699, 4893.0), (facts.Silence.Count, facts.Silence.Seconds));
        Assert.Equal((700, 100), (facts.Parties[0].Interruptions, facts.Interruptions!.Count));
        // Of 500 silences those whose request is among the first or the last 250.
        Assert.Equal((300, 100), (facts.Hold.Count, facts.Hold.Stretches.Count));
    }
}
