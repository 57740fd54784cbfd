using System.Text.Json;
using SpeechQA.Bench.Truth;
using SpeechQA.Bench.WordErrors;

namespace SpeechQA.Bench.Tests.WordErrors;

/// <summary>The golden file was made with the Python yardstick over the sample calls' texts, its own self-test and odd sentences.</summary>
public sealed class WordErrorRateTests
{
    private static readonly JsonElement Golden = GoldenFile.Read("WordErrors", "word-error-rate.json");

    [Fact]
    public void EveryTextIsNormalisedAsTheYardstickDoes()
    {
        var wrong = Golden.GetProperty("normalised").EnumerateArray()
            .Select(g => (Text: g.Text("text"), Language: g.Text("language"), Expected: g.Text("expected")))
            .Select(g => (g.Text, g.Expected, Actual: TextNormalizer.Normalize(g.Text, g.Language)))
            .Where(g => g.Actual != g.Expected).ToList();
        Assert.Empty(wrong);
    }

    [Fact]
    public void AccentsCanBeLeftOut()
    {
        foreach (var g in Golden.GetProperty("normalised").EnumerateArray())
            Assert.Equal(g.Text("plain"), TextNormalizer.Normalize(g.Text("text"), g.Text("language"), accents: false));
    }

    [Theory]
    [InlineData("a b c", "a x c d", 1, 0, 1)]
    [InlineData("a b c", "a c", 0, 1, 0)]
    [InlineData("", "x", 0, 0, 1)]
    [InlineData("x y", "", 0, 2, 0)]
    public void DistanceTellsItsEdits(string reference, string hypothesis, int substitutions, int deletions, int insertions)
    {
        string[] Words(string s) => s.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(new EditCounts(substitutions, deletions, insertions), EditDistance.Between(Words(reference), Words(hypothesis)));
    }

    [Fact]
    public void DigitsAndWordsAreTheSame()
    {
        var rate = new WordErrorRate();
        rate.Add(new Labelled("s/a.wav", "en-US", "Four two."), "42");
        rate.Add(new Labelled("s/b.wav", "fr", "oui"), "non merci");
        Assert.Equal(3, rate.Sets["s"].Words);
        Assert.Equal(2 / 3.0, rate.Sets["s"].Wer, 9);
    }

    [Fact]
    public void SetsAndUtterancesAreThoseOfTheYardstick()
    {
        var rate = new WordErrorRate();
        foreach (var c in Golden.GetProperty("compared").EnumerateArray())
            rate.Add(new Labelled(c.Text("file"), c.Text("language"), c.Text("transcript")), c.GetProperty("hypothesis").GetString());

        Assert.Equal(Golden.GetProperty("errors").EnumerateObject().Select(e => (e.Name, e.Value.GetInt32())),
            rate.Utterances.Select(u => (u.File, u.Errors)));
        var sets = Golden.GetProperty("sets").EnumerateObject().ToList();
        Assert.Equal(sets.Select(s => s.Name).Order(StringComparer.Ordinal), rate.Sets.Keys.Order(StringComparer.Ordinal));
        foreach (var set in sets)
        {
            var (expected, actual) = (set.Value, rate.Sets[set.Name]);
            int Count(string name) => expected.GetProperty(name).GetInt32();
            Assert.Equal((Count("utterances"), Count("missing"), Count("words"), Count("chars"), Count("char_errors"), Count("exact")),
                (actual.Utterances, actual.Missing, actual.Words, actual.Characters, actual.CharacterErrors, actual.Exact));
            Assert.Equal(new EditCounts(Count("sub"), Count("dele"), Count("ins")), actual.Edits);
            Assert.Equal(expected.GetProperty("wer").GetDouble(), actual.Wer, 12);
            Assert.Equal(expected.GetProperty("cer").GetDouble(), actual.Cer, 12);
        }
    }
}
