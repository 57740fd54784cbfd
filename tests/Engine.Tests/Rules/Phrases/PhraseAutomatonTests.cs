using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using SpeechQA.Engine.Language;
using SpeechQA.Engine.Rules.Phrases;

namespace SpeechQA.Engine.Tests.Rules.Phrases;

public sealed class PhraseAutomatonTests
{
    private static readonly PatternParser Parser = new(SpokenLanguage.English,
        new Dictionary<string, string> { ["want"] = "want|need|would like" });

    [Theory]
    [InlineData("cancel my contract", "please cancel my contract now", "cancel my contract")]
    [InlineData("<want> to cancel~", "i would like to cancel it", "would like to cancel")]
    [InlineData("cancel * contract", "cancel the whole damn contract", "cancel the whole damn contract")]
    [InlineData("cancel * contract", "cancel contract", "cancel contract")]
    [InlineData("cancel [my] (contract|plan)", "cancel plan", "cancel plan")]
    [InlineData("cancel~ it", "they cancelled it", "cancelled it")]
    [InlineData("want to cancel", "i want to to to cancel", "want to to to cancel")]
    [InlineData("don't go", "do not go", "do not go")]
    public void Found(string pattern, string words, string heard) => Assert.Contains(heard, Hits([pattern], words).Select(h => h.Heard));

    [Theory]
    [InlineData("cancel my contract", "cancel your contract")]
    [InlineData("cancel * contract", "cancel one two three four contract")]
    [InlineData("cancel it", "cancelled it")]
    [InlineData("cancel [my] contract", "cancel your contract")]
    public void Not_found(string pattern, string words) => Assert.Empty(Hits([pattern], words));

    /// <summary>The automaton finds exactly the stretches that the plain matcher accepts, for many patterns at once.</summary>
    [Property(MaxTest = 300)]
    public Property Same_as_the_plain_matcher()
    {
        var patterns = Gen.Elements("a", "a b", "a * b", "(a|b c) c", "a [b] c", "b (a|c) * a", "a (b c|b) [c|d] a", "c * [a] b",
            "a b * c (d|a b)", "d d", "(a b|a) c");
        var words = Gen.Elements("a", "b", "c", "d", "e");
        return Prop.ForAll(patterns.ListOf(4).ToArbitrary(), words.ListOf(14).ToArbitrary(), (texts, heard) =>
        {
            // The last pattern makes every word known: of unknown words it is not known whether they repeat.
            var found = Hits([.. texts, "a b c d e"], string.Join(' ', heard)).Select(h => (h.Phrase, h.First, h.Last)).ToHashSet();
            var nodes = texts.Select(Parser.Parse).ToList();
            for (var p = 0; p < nodes.Count; p++)
                for (var i = 0; i < heard.Count; i++)
                    for (var j = i; j < heard.Count; j++)
                    {
                        var plain = PatternMatcher.Match(nodes[p], [.. heard.Skip(i).Take(j - i + 1)]) != PatternMatcher.Outcome.None;
                        if (plain != found.Contains((p, i, j)))
                            return false.Label($"'{texts[p]}' in '{string.Join(' ', heard)}', words {i} to {j}: plain {plain}");
                    }
            return true.ToProperty();
        });
    }

    [Fact]
    public void The_work_for_a_word_does_not_grow_with_the_number_of_phrases()
    {
        string Phrase(int i) => $"i (want|need) to * buy [the] (thing{i}|item{i}) now";
        var speech = string.Join(' ', Enumerable.Repeat("i want to maybe buy the thing3 now or i need to go and buy item7 now", 20));
        var few = Steps(10, Phrase, speech);
        var many = Steps(10_000, Phrase, speech);
        Assert.True(few > 0);
        Assert.Equal(few, many);
    }

    private static long Steps(int count, Func<int, string> phrase, string speech)
    {
        var builder = new PhraseAutomatonBuilder();
        for (var i = 0; i < count; i++) builder.Add(Parser.Parse(phrase(i)), i);
        var automaton = builder.Build()!;
        var tracker = new PhraseTracker();
        var hits = new List<PhraseHit>();
        long index = 0;
        foreach (var word in speech.Split(' ')) tracker.Step(automaton, automaton.WordOf(word), index++, hits);
        Assert.Equal(40, hits.Count);
        return tracker.Steps;
    }

    private static List<(int Phrase, int First, int Last, string Heard)> Hits(IReadOnlyList<string> patterns, string text)
    {
        var builder = new PhraseAutomatonBuilder();
        for (var i = 0; i < patterns.Count; i++) builder.Add(Parser.Parse(patterns[i]), i);
        var automaton = builder.Build()!;
        var words = WordNormalizer.Words(text, SpokenLanguage.English);
        var tracker = new PhraseTracker();
        var hits = new List<PhraseHit>();
        for (var i = 0; i < words.Count; i++) tracker.Step(automaton, automaton.WordOf(words[i]), i, hits);
        return [.. hits.Select(h => (h.Phrase, (int)h.First, (int)h.Last, string.Join(' ', words[(int)h.First..((int)h.Last + 1)])))];
    }
}
