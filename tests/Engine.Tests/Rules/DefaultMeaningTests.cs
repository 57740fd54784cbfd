using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Rules.Reading;
using SpeechQA.Engine.Tests.TextModels;
using Xunit.Abstractions;

namespace SpeechQA.Engine.Tests.Rules;

/// <summary>
/// The default rules, words and meaning together, on the written utterances of the text model; prints the table of
/// docs/rules/default-rules.md.
/// </summary>
[Collection(TextModelCollection.Name)]
public sealed class DefaultMeaningTests(TextModelFixture text, ITestOutputHelper output)
{
    private static readonly Dictionary<string, string> RuleOf = new()
    {
        ["cancel"] = "cancellation",
        ["legal_threat"] = "legal-threat",
        ["supervisor"] = "supervisor-request",
        ["repeat_caller"] = "repeat-call",
        ["refund"] = "refund",
        ["sales_lead"] = "sales-lead",
        ["praise"] = "praise",
        ["dissatisfied"] = "dissatisfied",
    };

    // Utterances that may rightly mean both (the list of models/tools/text/evaluate.py).
    private static readonly HashSet<(string Rule, string Said)> Both =
    [
        .. new[] { "legal_threat", "repeat_caller", "not_solved", "supervisor", "refund", "cancel", "late_delivery", "price_increase",
            "double_charge", "password_problem" }.Select(said => ("dissatisfied", said)),
        ("praise", "solved"), ("refund", "cancel"), ("cancel", "refund"), ("refund", "double_charge"),
    ];

    [Theory]
    [InlineData("dev", false, 1.0, 0.005, 0)]
    [InlineData("dev", true, 0.9, 0.005, 0)]
    [InlineData("test", false, 0.75, 0.006, 10)]
    [InlineData("test", true, 0.6, 0.006, 11)]
    public void Meanings_are_told_apart(string split, bool misheard, double leastRecall, double mostFalse, int mostNear)
    {
        var rules = RuleReader.Load(DefaultRulesTests.Folder, text.Model);
        var (events, found, others, wrong, near, nearFired) = (0, 0, 0, 0, 0, 0);
        foreach (var u in Read().Where(u => u.Split == split))
        {
            var fired = Fired(rules, misheard ? u.Misheard : u.Text, u.Language);
            foreach (var (intent, rule) in RuleOf)
            {
                var fires = fired.Contains(rule) ? 1 : 0;
                if (u.Intent == intent) (events, found) = (events + 1, found + fires);
                else if (u.NearMissOf == intent) (near, nearFired) = (near + 1, nearFired + fires);
                else if (!Both.Contains((intent, u.Intent))) (others, wrong) = (others + 1, wrong + fires);
            }
        }
        output.WriteLine($"{split}{(misheard ? ", with simulated recognition errors" : "")}: recall {found} of {events}, false alarms "
            + $"{wrong} of {others} ({100.0 * wrong / others:0.00} %), near misses {nearFired} of {near}");
        Assert.True(found >= leastRecall * events && wrong <= mostFalse * others && nearFired <= mostNear);
    }

    private HashSet<string> Fired(RuleSet rules, string said, string language)
    {
        SpokenWord[] words = [.. said.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select((w, i) => new SpokenWord(w, AudioTime.Position(1 + 0.4 * i), AudioTime.Position(1.38 + 0.4 * i), 0.9f))];
        var (start, end) = (words[0].Start, words[^1].End);
        var utterance = new Utterance(0, Party.Customer, 0, start, end, said, language, 0.9f, words)
        {
            Decided = end + 9600,
            Clock = default,
        };
        var alerts = new List<Alert>();
        new CallRules(rules, new RuleCall(null, [Party.Customer]))
            .OnLeg(new UtteranceSpoken(utterance) { Meaning = UtteranceMeaning.Read(text.Model, utterance) }, alerts);
        return [.. alerts.Select(a => a.Rule)];
    }

    // No field of the file holds a comma or a quote.
    private static IEnumerable<(string Language, string Text, string Intent, string NearMissOf, string Split, string Misheard)> Read() =>
        File.ReadLines(Repository.Path("models", "tools", "text", "utterances.csv")).Skip(1).Select(line => line.Split(','))
            .Select(f => (f[1], f[2], f[3], f[4], f[6], f[9]));
}
