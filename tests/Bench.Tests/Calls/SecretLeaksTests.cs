using SpeechQA.Bench.Calls;
using SpeechQA.Bench.Truth;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Analysis;

namespace SpeechQA.Bench.Tests.Calls;

public sealed class SecretLeaksTests
{
    private static readonly TruthEvent Card = new("card_number", "customer", 10, 16, "", Value: "4000056655665556");
    private static readonly TruthEvent Expiry = new("card_expiry", "customer", 20, 22, "", Value: "03/28");
    private static readonly TruthEvent Cvv = new("cvv", "customer", 30, 32, "", Value: "391");
    private static readonly TruthEvent Iban = new("iban", "customer", 40, 45, "", Value: "GB82WEST12345698765432");

    [Theory]
    [InlineData(11, "It's 4000 0566 5566 5556.", true)]
    [InlineData(11, "it is five six six five five six", true)]
    [InlineData(70, "you said 5665", true)]                     // anywhere in the call
    [InlineData(11, "It's •••• •••• ••••.", false)]
    [InlineData(11, "it is 400 •••• 566", false)]               // three digits on each side of a mask are no four
    [InlineData(11, "order 7789317", false)]
    [InlineData(21, "It expires in March 2028.", true)]
    [InlineData(21, "it expires in march twenty eight", true)]
    [InlineData(21, "It expires in ••••.", false)]
    [InlineData(60, "that will be in 2028", false)]             // not where the date was said
    [InlineData(31, "The security code is 391.", true)]
    [InlineData(31, "the code is three nine one", true)]
    [InlineData(60, "flat 391", false)]
    [InlineData(31, "the code is •••", false)]
    [InlineData(42, "GB82 WEST 1234", true)]
    [InlineData(42, "G B 8 2 W E S T", false)]
    public void What_can_still_be_read_is_found(double at, string text, bool leaks)
    {
        var found = SecretLeaks.Of(CallOf(at, text, "bill"), Truth("en-GB"));
        Assert.Equal(leaks, found.Count > 0);
        if (leaks) Assert.Equal(["utterance", "words"], found.Select(l => l.Where).Distinct());
    }

    [Fact]
    public void Alerts_and_their_evidence_are_looked_at() =>
        Assert.Equal(["evidence", "summary"], SecretLeaks.Of(CallOf(11, "••••", "\"quatre zéro zéro zéro\""), Truth("fr-FR"))
            .Select(l => l.Where).Order());

    private static CallTruth Truth(string language) =>
        new() { Call = new TruthCall("call", language, "call.wav"), Events = [Card, Expiry, Cvv, Iban] };

    private static CallAnalysis CallOf(double at, string text, string alert)
    {
        var (start, end) = (AudioTime.Position(at), AudioTime.Position(at + 1));
        return new CallAnalysis
        {
            Source = "call",
            Language = "en",
            Duration = 80,
            Parties = [Party.Customer],
            Utterances = [new Utterance(0, Party.Customer, 0, start, end, text, "en", 0.9f,
                [.. text.Split(' ').Select(w => new SpokenWord(w, start, end, 0.9f))]) { Decided = end, Clock = default }],
            Alerts =
            [
                new Alert
                {
                    Rule = "x", Version = "", Name = "", Severity = Severity.Info, Party = Party.Customer, Leg = 0, Start = start,
                        End = end, Decided = end, Summary = alert,
                    Evidence = [new Evidence { Kind = "phrase", Party = Party.Customer, Leg = 0, Start = start, End = end, Text = alert,
                        How = "exact words" }],
                },
            ],
        };
    }
}
