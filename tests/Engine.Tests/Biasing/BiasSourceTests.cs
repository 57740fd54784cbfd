using SpeechQA.Engine.Biasing;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Tests.Rules;

namespace SpeechQA.Engine.Tests.Biasing;

public sealed class BiasSourceTests
{
    private static readonly string[] Languages = ["en", "fr", "de"];

    private static readonly CustomerVocabulary Names = CustomerVocabulary.Parse("names.txt", "Zephyr Box\nfr: Livraison Éclair", Languages);

    private sealed class Source(RuleSet current) : IRuleSource
    {
        public RuleSet Current { get; set; } = current;
    }

    private static RuleSet Phrases(string en, string fr = "rien du tout") => TestCall.Rule($"{{ phrase: {{ en: '{en}', fr: '{fr}' }} }}");

    [Fact]
    public void A_language_s_phrases_bias_that_language_only()
    {
        var bias = new BiasSource(Phrases("cancel~ my contract", "résilier~ l''abonnement"), Names, BiasWords.Rules, Languages).Current!;
        Assert.Equal(["Zephyr Box", "cancel my contract"], bias.Of("en"));
        Assert.Equal(["Zephyr Box", "Livraison Éclair", "résilier l'abonnement"], bias.Of("fr"));
        Assert.Equal(["Zephyr Box"], bias.Of("de"));
    }

    [Fact]
    public void Choices_options_and_gaps_become_wordings_of_some_length()
    {
        var bias = new BiasSource(Phrases("(speak|talk) to [a] supervisor * immediately please"), CustomerVocabulary.Empty, BiasWords.Rules,
            ["en"]).Current!;
        Assert.Equal(["speak to a supervisor", "immediately please", "talk to a supervisor", "speak to supervisor", "talk to supervisor"],
            bias.Of("en"));
    }

    [Theory]
    [InlineData("contract")]
    [InlineData("i want to")]
    public void Single_words_and_common_ones_are_left_out(string phrase) =>
        Assert.Null(new BiasSource(Phrases(phrase, "je suis la"), CustomerVocabulary.Empty, BiasWords.Rules, ["en", "fr"]).Current);

    [Fact]
    public void New_rules_change_the_bias_and_the_same_keep_it()
    {
        var source = new Source(Phrases("cancel my contract"));
        var bias = new BiasSource(source, Names, BiasWords.Rules, ["en"]);
        var first = bias.Current;
        Assert.Same(first, bias.Current);
        source.Current = Phrases("another supplier");
        Assert.Contains("another supplier", bias.Current!.Of("en"));
        Assert.DoesNotContain("cancel my contract", bias.Current.Of("en"));
        Assert.NotSame(first, bias.Current);
    }

    [Fact]
    public void The_vocabulary_alone_does_not_hang_on_rules()
    {
        var source = new Source(Phrases("cancel my contract"));
        var bias = new BiasSource(source, Names, BiasWords.Vocabulary, Languages);
        var first = bias.Current;
        source.Current = Phrases("another supplier");
        Assert.Same(first, bias.Current);
        Assert.Equal(["Zephyr Box"], first!.Of("en"));
        Assert.Null(new BiasSource(source, Names, BiasWords.None, Languages).Current);
        Assert.Null(new BiasSource(source, CustomerVocabulary.Empty, BiasWords.Vocabulary, Languages).Current);
    }

    [Fact]
    public void Ten_thousand_rules_are_bounded_and_each_gets_its_turn()
    {
        var set = TestCall.Rules("rules:\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i =>
            $"  - {{ id: r{i}, severity: info, languages: [en], when: {{ phrase: ['(very|most|quite) {Word(i)} matter', '{Word(i)} "
            + $"affair'] }} }}\n")));
        var phrases = new BiasSource(set, CustomerVocabulary.Empty, BiasWords.Rules, ["en"]).Current!.Of("en");
        Assert.Equal(BiasSource.MostWordings, phrases.Count);
        Assert.Equal(phrases.Count, phrases.Select(p => p.Split(' ')[1]).Distinct().Count());
    }

    [Fact]
    public void A_huge_phrase_is_followed_a_little_way()
    {
        var choice = string.Join('|', Enumerable.Range(0, 60).Select(Word));
        var phrase = $"({choice}) ({choice}) [({choice[..60]})] supervisor";
        Assert.InRange(new BiasSource(Phrases(phrase), CustomerVocabulary.Empty, BiasWords.Rules, ["en"]).Current!.Of("en").Count, 1, 100);
    }

    private static string Word(int i) => "w" + string.Concat(i.ToString("D5", null).Select(d => (char)('a' + d - '0')));
}
