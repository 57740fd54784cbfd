using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Secrets;

namespace SpeechQA.Engine.Tests.Secrets;

/// <summary>Secrets as a recogniser writes them, with digits lost, glued and torn apart.</summary>
public sealed class HeardSecretsTests
{
    private const string English = "Could you read me the long number on the front of the card?";
    private const string French = "Pouvez-vous me donner le numéro de votre carte ?";

    [Theory]
    [InlineData(English, "Sure, it's 4,000, 0, 0, 566, 5566, 5556.", "Sure, it's ••••")]
    [InlineData(English, "It's 4000 0566 5566 5556.", "It's ••••")]
    [InlineData(English, "It's four thousand, zero, five hundred and sixty six, 55 66, 55.", "It's ••••")]
    [InlineData(French, "Oui alors c'est le 459 en 88 0 3 4 3 6 4 6 7.", "Oui alors c'est le •••• en ••••")]
    [InlineData(French, "Oui, c'est le 4 5 39, 14-88, 03 43, 64 67.", "Oui, c'est le ••••")]
    public void A_prompt_carries_what_the_check_digit_cannot(string prompt, string heard, string shown)
    {
        var call = new SecretCall().Agent(prompt).Customer(heard);
        Assert.Equal(shown, call.Text(1));
        Assert.Equal([SecretKind.CardNumber], call.Kinds);
        Assert.DoesNotContain("••••", call.Text(0));
    }

    [Theory]
    [InlineData("four triple oh oh five double six double five double six triple five six")]
    [InlineData("forty zero zero oh five sixty six fifty five sixty six fifty five fifty six")]
    [InlineData("quarante-cinq trente-neuf quatorze quatre-vingt-huit zéro trois quarante-trois soixante-quatre soixante-sept")]
    [InlineData("quarante cinq trente neuf quatorze quatre vingt huit zéro trois quarante trois soixante quatre soixante sept")]
    [InlineData("quarante-deux vingt et un soixante et onze quatre-vingt-deux quatre-vingt-dix quatre-vingt-dix-neuf zéro sept quatorze")]
    [InlineData("quatre neuf sept deux quatre-vingt-dix-sept soixante et onze trente-quatre cinquante-six soixante-dix-huit "
        + "quatre-vingt-quinze")]
    [InlineData("4000, 0566, um, 5566 and then 5556")]
    [InlineData("3782-822463-10005")]
    [InlineData("it was 4000056655665556 03 28")]
    public void Without_a_prompt_the_check_digit_tells(string number)
    {
        var call = new SecretCall().Customer($"so here you are {number} thank you");
        Assert.Equal([SecretKind.CardNumber], call.Kinds);
        Assert.DoesNotContain(number.Split(' ')[^1], call.Text(1));
        Assert.StartsWith("so here you are", call.Text(1));
        Assert.EndsWith("thank you", call.Text(1));
    }

    [Fact]
    public void A_number_goes_over_utterances_and_those_given_out_are_masked_anew()
    {
        var call = new SecretCall().Customer("here it comes four zero zero zero").Agent("yes").Customer("zero five six six")
            .Customer("five five six six", 3);
        Assert.Empty(call.Findings);
        call.Customer("five five five six");
        Assert.Equal("here it comes •••• / •••• / •••• / ••••", call.Text(1));
        Assert.Equal([SecretKind.CardNumber], call.Kinds);
    }

    [Theory]
    [InlineData("And the expiry date?", "March, twenty twenty-eight.", "••••", SecretKind.CardExpiry)]
    [InlineData("And the expiry date?", "It's 03/28.", "It's ••••", SecretKind.CardExpiry)]
    [InlineData("Et la date d'expiration ?", "Elle expire en juin 2027.", "Elle expire en ••••", SecretKind.CardExpiry)]
    [InlineData("Et la date d'expiration ?", "zéro six vingt-sept", "••••", SecretKind.CardExpiry)]
    [InlineData("And the last three digits on the back?", "Um, 391.", "Um, ••••", SecretKind.CardSecurityCode)]
    [InlineData("What is the CVV?", "three nine one", "••••", SecretKind.CardSecurityCode)]
    [InlineData("Et les trois chiffres qui sont au verso ?", "C'est 7, 1, 4.", "C'est ••••", SecretKind.CardSecurityCode)]
    [InlineData("Le cryptogramme ?", "sept cent quatorze", "••••", SecretKind.CardSecurityCode)]
    public void Expiry_and_code_after_their_prompts(string prompt, string heard, string shown, string kind)
    {
        var call = new SecretCall().Agent(prompt).Customer(heard);
        Assert.Equal(shown, call.Text(1));
        Assert.Equal([kind], call.Kinds);
    }

    [Theory]
    [InlineData("my eye ban is GB82 WEST 1234 5698 7654 32")]
    [InlineData("B-E68-5390-0754-7034")]
    [InlineData("Be 68 5390 0754 7034")]
    [InlineData("G B eight two double u E S T one two three four five six nine eight seven six five four three two")]
    public void An_account_is_known_by_its_check_digits(string heard)
    {
        var call = new SecretCall().Customer(heard);
        Assert.Equal([SecretKind.Iban], call.Kinds);
        Assert.EndsWith("••••", call.Text(1));
        Assert.DoesNotContain(call.Text(1), char.IsAsciiDigit);
    }

    [Theory]
    [InlineData("And your bank account number, please?", "Okay, so, GB8-2-WST-1234-5698-765432.", "Okay, so, ••••")]
    [InlineData("Oui, votre IBAN ?", "Alors, FR7-6, 3,00, 6,00, 0, 1, 2, 3456 7890 189", "Alors, ••••")]
    [InlineData("Par virement, donnez-moi votre compte.", "B-E68-5390-0754-703", "••••")]
    public void An_account_half_heard_is_known_by_its_form_after_a_prompt(string prompt, string heard, string shown)
    {
        var call = new SecretCall().Agent(prompt).Customer(heard);
        Assert.Equal(shown, call.Text(1));
        Assert.Equal([SecretKind.Iban], call.Kinds);
    }

    [Theory]
    [InlineData("Your new card is on its way.", "Your order number is 2037 1159 6408.")]
    [InlineData("Le paiement par carte est accepté.",
        "Le numéro de l'opération est le neuf zéro un deux, sept sept quatre trois, cinq huit six.")]
    [InlineData("Do you have the policy number?", "8841 7302 56")]
    [InlineData("What is your account number?", "it's 12345678")]
    [InlineData("I paid by card last week.", "it was 250 minutes")]
    [InlineData("I paid by card last week.", "it was £1,250 or so")]
    [InlineData("J'ai payé par carte.", "c'était mille deux cents euros")]
    [InlineData("How can I help?", "5120 664 9371 88")]
    [InlineData("My contract expires soon.", "In March 2027 I think.")]
    public void Other_numbers_stay_readable(string before, string said)
    {
        var call = new SecretCall().Agent(before).Agent(said);
        Assert.Empty(call.Findings);
        Assert.Equal($"{before} / {said}", call.Text(0));
    }

    [Fact]
    public void After_the_code_the_card_is_complete()
    {
        var call = new SecretCall().Agent(English).Customer("4000 0566 5566 5556").Agent("And the security code?").Customer("391")
            .Agent("Lovely, that is 2037 1159 6408 for you, 120 pounds.");
        Assert.Equal([SecretKind.CardNumber, SecretKind.CardSecurityCode], call.Kinds);
        Assert.Contains("2037 1159 6408 for you, 120 pounds", call.Text(0));
    }

    [Fact]
    public void What_is_said_again_is_masked_and_no_news()
    {
        var call = new SecretCall().Customer("it's 4000 0566 5566 5556").Agent("so that ends in 5556, and 0566 before")
            .Agent("it costs 1999");
        Assert.Equal([SecretKind.CardNumber], call.Kinds);
        Assert.Equal("so that ends in •••• and •••• before / it costs 1999", call.Text(0).Replace(",", ""));
    }

    [Fact]
    public void A_site_adds_its_own()
    {
        var pattern = new SecretPattern("insurance-number", "[A-Z]{2}[0-9]{6}[A-D]", ["national insurance"]);
        var call = new SecretCall(pattern).Agent("And your national insurance number?")
            .Customer("it's Q Q double one two three four five C");
        Assert.Equal(["insurance-number"], call.Kinds);
        Assert.Equal("it's ••••", call.Text(1));
        Assert.Empty(new SecretCall(pattern).Customer("it's Q Q double one two three four five C").Findings);
        Assert.Throws<BadInputException>(() => new SecretPattern("bad", "(a"));
        Assert.Throws<BadInputException>(() => new SecretPattern("bad", "(?=a)"));
    }
}
