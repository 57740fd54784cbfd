using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Secrets;

namespace SpeechQA.Engine.Tests.Secrets;

/// <summary>A number that may go on is shown when it is known what it is.</summary>
public sealed class HeldNumberTests
{
    [Fact]
    public void From_its_fourth_digit_on_it_is_held_until_other_words_follow()
    {
        var call = new SecretCall().Customer("it is 4000 0566");
        Assert.Equal("it is ••••", call.Now(1));
        Assert.Equal("it is 4000 0566 / that is the whole of it", call.Customer("that is the whole of it").Now(1));
    }

    [Fact]
    public void Three_digits_and_sums_of_money_are_not_held() =>
        Assert.Equal("room 391 costs 1200 euros", new SecretCall().Customer("room 391 costs 1200 euros").Now(1));

    [Fact]
    public void Silence_settles_it_and_voice_whose_words_are_not_known_does_not()
    {
        var call = new SecretCall().Customer("it is 4000 0566");
        var end = call.Shown.Values.Single().End;
        Assert.Empty(Pass(call, new VoiceStarted(1, Party.Customer, end + Seconds(1), end + Seconds(1))));
        Assert.Empty(Pass(call, new TimePassed(1, Party.Customer, end + Seconds(7))));
        Assert.Empty(Pass(call, new NotSpeech(1, Party.Customer, end + Seconds(8), end + Seconds(1), end + Seconds(7)) with
        {
            Decided = end + Seconds(5),
        }));
        Assert.Equal("it is 4000 0566", Assert.Single(Pass(call, new TimePassed(1, Party.Customer, end + Seconds(9)))).Text);
    }

    [Fact]
    public void The_end_of_the_leg_settles_it()
    {
        var call = new SecretCall().Customer("it is 4000 0566");
        Assert.Empty(Pass(call, new LegEnded(0, Party.Agent, Seconds(3))));
        Assert.Single(Pass(call, new LegEnded(1, Party.Customer, Seconds(3))));
    }

    [Theory]
    [InlineData("call me on 0800 123", "call me on ••••")]
    [InlineData("it is three nine one", "it is ••••")]
    [InlineData("in March 2027 it ends", "in •••• it ends")]
    [InlineData("I called three times and paid 350 euros", "I called three times and paid 350 euros")]
    [InlineData("", "")]
    public void Evidence_shows_no_number_that_may_be_a_secret(string text, string shown) => Assert.Equal(shown, NumberMask.Of(text));

    private static IReadOnlyList<Utterance> Pass(SecretCall call, LegEvent e) => call.Secrets.Pass(e);

    private static long Seconds(double seconds) => AudioTime.Position(seconds);
}
