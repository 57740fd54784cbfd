using SpeechQA.Engine.Language;
using SpeechQA.Engine.Rules.Phrases;

namespace SpeechQA.Engine.Tests.Rules.Phrases;

public sealed class PatternParserTests
{
    private static readonly Dictionary<string, string> Terms =
        new() { ["a"] = "x <b>", ["b"] = "y <a>", ["broken"] = "x (", ["ok"] = "one|two" };

    [Theory]
    [InlineData("", "empty part")]
    [InlineData("a | ", "empty part")]
    [InlineData("* a", "begins or ends with '*'")]
    [InlineData("a *", "begins or ends with '*'")]
    [InlineData("a * * b", "two '*' meet")]
    [InlineData("a * [x] * b", "two '*' meet")]
    [InlineData("a (b * ) [c] (* d)", "two '*' meet")]
    [InlineData("(a", "is not closed")]
    [InlineData("a)", "closes nothing")]
    [InlineData("a ~", "stands alone")]
    [InlineData("[a] [b]", "no word at all")]
    [InlineData("um, uh", "empty part")]
    [InlineData("don't~", "not one word with forms")]
    [InlineData("<nothing> a", "unknown term 'nothing'")]
    [InlineData("<a>", "contains itself")]
    [InlineData("<broken>", "in term 'broken'")]
    [InlineData("((((((((((a))))))))))", "nested too deeply")]
    public void A_phrase_that_cannot_be_read_says_why(string text, string reason)
    {
        var error = Assert.Throws<PatternException>(() => new PatternParser(SpokenLanguage.English, Terms).Parse(text));
        Assert.Contains(reason, error.Message);
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public void A_phrase_longer_than_forty_words_is_refused() =>
        Assert.Throws<PatternException>(() => new PatternParser(SpokenLanguage.English, Terms)
            .Parse(string.Join(' ', Enumerable.Repeat("a b * c", 8))));

    [Fact]
    public void Terms_that_multiply_are_refused()
    {
        var bomb = Enumerable.Range(1, 7).ToDictionary(i => $"t{i}", i => string.Join('|', Enumerable.Repeat($"<t{i - 1}> x", 9)));
        bomb["t0"] = "word";
        // The tree is shared, so it stays small; only its expansion is large, and the states are few since ways meet again.
        var node = new PatternParser(SpokenLanguage.English, bomb).Parse("<t7>");
        Assert.True(node.LongestMatch <= 8);
    }
}
