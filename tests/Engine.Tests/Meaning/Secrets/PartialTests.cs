namespace SpeechQA.Engine.Tests.Meaning.Secrets;

public sealed class PartialTests
{
    [Theory]
    [InlineData("it's four zero zero zero zero five", "it's four zero zero ••••")]
    [InlineData("your order number is 2037 11", "your order number is ••••")]
    [InlineData("my order number is 12 34", "my order number is 12 ••••")]
    [InlineData("call me at 12 thirty", "call me at 12 ••••")]
    [InlineData("I am calling about my flight", "I am calling about my flight")]
    public void From_the_fourth_digit_on_a_partial_is_masked(string text, string shown) =>
        Assert.Equal(shown, new SecretCall().Secrets.MaskPartial(1, text, 0, 32_000));

    [Theory]
    [InlineData("And the security code?", "um, it's 39", "um, it's ••••")]
    [InlineData("And the expiry date?", "in March", "in ••••")]
    [InlineData("What is the card number?", "it's four", "it's ••••")]
    [InlineData("And the order number?", "it's four", "it's four")]
    public void After_a_prompt_it_shows_no_digit(string prompt, string text, string shown) =>
        Assert.Equal(shown, new SecretCall().Agent(prompt).Secrets.MaskPartial(1, text, 40_000, 48_000));

    [Fact]
    public void Digits_of_the_utterance_before_count()
    {
        var call = new SecretCall().Customer("four zero zero");
        Assert.Equal("••••", call.Secrets.MaskPartial(1, "zero five", 40_000, 48_000));
        Assert.Equal("zero five", call.Secrets.MaskPartial(0, "zero five", 40_000, 48_000));
    }

    [Fact]
    public void A_partial_leaves_no_trace()
    {
        var call = new SecretCall();
        call.Secrets.MaskPartial(1, "my card number is 4000 0566", 0, 16_000);
        Assert.Equal("1234 maybe", call.Customer("1234 maybe").Text(1));
    }
}
