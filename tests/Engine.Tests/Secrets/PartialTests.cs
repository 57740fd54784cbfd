using SpeechQA.Engine.Calls.Early;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Tests.Secrets;

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

    [Theory]
    [InlineData("en-02-bank-card", "4000056655665556", "391")]
    [InlineData("en-05-utility-move", "82123456987654", "5698765432")]
    [InlineData("fr-02-banque-carte", "4539148803436467", "7630006000011234567890189")]
    [InlineData("fr-05-boutique-commande", "68539007547034", "9007547034")]
    public void No_partial_of_a_sample_call_holds_its_secrets(string name, params string[] secrets)
    {
        var seen = 0;
        SecretCall.OfHeard(name, before: (call, leg, words) =>
        {
            for (var n = 1; n <= words.Count; n++)
            {
                var text = string.Join(' ', words.Take(n).Select(w => w.Text.Trim()));
                var shown = SecretCall.Figures(call.Secrets.MaskPartial(leg, text, AudioTime.Position(words[0].Start),
                    AudioTime.Position(words[n - 1].End)));
                seen += shown.Contains("••••") ? 1 : 0;
                foreach (var secret in secrets)
                    for (var i = 0; i + Math.Min(4, secret.Length) <= secret.Length; i++)
                        Assert.DoesNotContain(secret.Substring(i, Math.Min(4, secret.Length)), shown);
            }
        });
        Assert.True(seen > 0);
    }

    [Fact]
    public void Words_of_an_utterance_under_way_are_masked_one_by_one_so_that_what_is_stable_can_still_be_told()
    {
        SpokenWord[] words = [.. "it's four zero zero zero five please".Split(' ')
            .Select((w, i) => new SpokenWord(w, i * 4000, (i + 1) * 4000, 1))];
        var soFar = new Utterance(1, Party.Customer, 0, 0, 28_000, string.Join(' ', words.Select(w => w.Text)), "en", 1,
            words)
        { Decided = 28_000, Clock = default };
        var masked = new SecretCall().Secrets.MaskPartial(soFar);
        Assert.Equal(["it's", "four", "zero", "zero", "••••", "••••", "please"], masked.Words.Select(w => w.Text));
        Assert.Equal(words.Select(w => w.Start), masked.Words.Select(w => w.Start));
        Assert.Equal("it's four zero zero •••• please", masked.Text);
        var draft = new TranscriptDraft(masked, Stable: 5, Paused: false);
        Assert.Equal(("it's four zero zero •••• please", "it's four zero zero ••••"), (draft.Text, draft.Text[..draft.StableLength]));
    }

    [Fact]
    public void A_partial_leaves_no_trace()
    {
        var call = new SecretCall();
        call.Secrets.MaskPartial(1, "my card number is 4000 0566", 0, 16_000);
        Assert.Equal("1234 maybe", call.Customer("1234 maybe").Text(1));
    }
}
