using System.Text.Json;
using Microsoft.VisualBasic.FileIO;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Facts;
using SpeechQA.Engine.Tests.Rules;
using SpeechQA.Engine.Tests.TextModels;
using Xunit.Abstractions;

namespace SpeechQA.Engine.Tests.Facts;

/// <summary>Facts with the text model: sentiment, and meanings beside words.</summary>
[Collection(TextModelCollection.Name)]
public sealed class MeantFactsTests(TextModelFixture text, ITestOutputHelper output)
{
    private static readonly Party[] Two = [Party.Agent, Party.Customer];

    /// <summary>Intents of the written utterances that mean the same as a cue.</summary>
    private static readonly (string Intent, string Cue, Party Party)[] Same =
    [
        ("greeting", "greeting", Party.Agent), ("further_help", "further-help", Party.Agent), ("empathy", "empathy", Party.Agent),
        ("hold", "hold-request", Party.Agent), ("solved", "solved-customer", Party.Customer),
            ("not_solved", "unsolved-customer", Party.Customer),
        ("praise", "thanks-for-help", Party.Customer),
    ];

    [Fact]
    public void Sentiment_follows_the_words_of_each_party()
    {
        var facts = new TestCall(Two)
            .Say(1, 2, 6, "this is terrible service I am really angry and disappointed")
            .Say(0, 40, 44, "the number of the file is on the letter")
            .Say(1, 90, 94, "wonderful thank you so much you have been really kind").Facts(Two, 100, text.Model);
        var customer = facts.Parties[0].Sentiment!;
        Assert.True(customer.Quarters[0] < -0.3 && customer.Quarters[3] > 0.3);
        Assert.Null(customer.Quarters[1]);
        Assert.True(customer.Lowest < 0 && customer.End > customer.Lowest);
        Assert.InRange(facts.Parties[1].Sentiment!.Overall, -0.3, 0.3);
    }

    [Fact]
    public void Words_come_before_meaning_and_meaning_has_its_score()
    {
        var facts = new TestCall(Two).Say(0, 1, 4, "good morning this is Ann how can I help you")
            .Say(0, 5, 9, "hello there Ann from billing on the line").Facts(Two, 20, text.Model);
        Assert.Equal("words", facts.Greeting.Evidence[0].How);
        Assert.All(facts.Greeting.Evidence, e => Assert.Equal(e.How == "meaning", e.Value > e.Limit));
    }

    [Fact]
    public void The_same_events_give_the_same_bytes()
    {
        TestCall Call() => new TestCall(Two).Say(0, 1, 5, "good morning please bear with me").Say(1, 12, 16, "this is awful")
            .Say(0, 14, 18, "I do apologise it is fixed now");
        Assert.Equal(JsonSerializer.Serialize(Call().Facts(Two, 30, text.Model)),
            JsonSerializer.Serialize(Call().Facts(Two, 30, text.Model)));
    }

    /// <summary>
    /// Prints the figures of the text model; dev is what the phrases were tuned on, and only its sentences are printed.
    /// </summary>
    [Theory]
    [InlineData("dev", "text", 0.9, 0.02)]
    [InlineData("dev", "text_asr", 0.9, 0.02)]
    [InlineData("test", "text", 0.7, 0.03)]
    [InlineData("test", "text_asr", 0.6, 0.03)]
    public void Cues_are_told_apart(string split, string column, double recall, double falseAlarms)
    {
        var rows = Rows().Where(r => r["split"] == split).ToList();
        var (found, meant, due, wrong, others) = (0, 0, 0, 0, 0);
        foreach (var (intent, cue, party) in Same)
        {
            var (hit, byMeaning, all, alarms, rest) = (0, 0, 0, 0, 0);
            foreach (var row in rows)
            {
                var how = Heard(row[column], row["language"], party, cue);
                if (row["intent"] == intent)
                {
                    all++;
                    if (how is not null) hit++;
                    if (how == "meaning") byMeaning++;
                    if (how is null && split == "dev") output.WriteLine($"  missed {cue}: {row[column]}");
                }
                else
                {
                    rest++;
                    if (how is not null) alarms++;
                    if (how is not null && split == "dev")
                        output.WriteLine($"  false {cue} ({how}): {row[column]} [{row["intent"]} {row["near_miss_of"]}]");
                }
            }
            output.WriteLine($"{cue}: {hit} of {all} ({byMeaning} by meaning alone), {alarms} of {rest} others");
            (found, meant, due, wrong, others) = (found + hit, meant + byMeaning, due + all, wrong + alarms, others + rest);
        }
        output.WriteLine($"{split} {column}: recall {(double)found / due:P1} ({found} of {due}, {meant} by meaning alone), false alarms "
            + $"{(double)wrong / others:P2} ({wrong} of {others})");
        Assert.True((double)found / due >= recall, $"recall {(double)found / due}");
        Assert.True((double)wrong / others <= falseAlarms, $"false alarms {(double)wrong / others}");
    }

    /// <summary>How a cue is heard in one utterance; null when it is not.</summary>
    private string? Heard(string said, string language, Party party, string cue)
    {
        var call = new SpeechQA.Engine.Rules.Definitions.RuleCall(null, [party]);
        var listener = new CueListener(FactCall.Default, call);
        foreach (var e in new TestCall(party).Say(0, 1, 1 + 0.4 * said.Split(' ').Length, said, language).Events(40, 39))
            listener.Hear(e is SpeechQA.Engine.Conversation.UtteranceSpoken s
                ? s with { Meaning = SpeechQA.Engine.Conversation.UtteranceMeaning.Read(text.Model, s.Utterance) } : e);
        return listener.Heard(FactCue.All.Single(c => c.Id == cue)).FirstOrDefault()?.Evidence.How;
    }

    private static IEnumerable<Dictionary<string, string>> Rows()
    {
        using var csv = new TextFieldParser(Repository.Path("models", "tools", "text", "utterances.csv"))
        {
            Delimiters = [","],
            HasFieldsEnclosedInQuotes = true
        };
        var names = csv.ReadFields()!;
        while (csv.ReadFields() is { } fields) yield return names.Zip(fields).ToDictionary(x => x.First, x => x.Second);
    }
}
