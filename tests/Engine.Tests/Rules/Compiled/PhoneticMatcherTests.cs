using System.Globalization;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Phonetic;

namespace SpeechQA.Engine.Tests.Rules.Compiled;

public sealed class PhoneticMatcherTests
{
    [Theory]
    [InlineData("fr", "résilier", "je voudrais résiluer mon abonnement", "resilier", 2, 3)]
    [InlineData("fr", "cet appel peut être enregistré", "Bonjour, c'est appel peut-être enregistré.", "cet", 1, 2)]
    [InlineData("fr", "cet appel peut être enregistré", "c'est appel peut-être enregistré à des fins de qualité", "cet", 0, 1)]
    [InlineData("fr", "porter plainte", "je vais porter pleins contre vous", "plainte", 3, 4)]
    [InlineData("fr", "plainte", "pleins", "plainte", 0, 1)]
    [InlineData("fr", "appel * enregistrer~", "cet appel est en registre", "enregistre", 3, 5)]
    [InlineData("en", "cancel my contract", "I want to council my contract", "cancel", 3, 4)]
    [InlineData("en", "speak to a manager", "let me speak to a manger", "manager", 5, 6)]
    public void A_bent_word_is_found(string language, string phrase, string heard, string reading, int from, int to)
    {
        var found = Assert.Single(Find(phrase, language, heard));
        Assert.Equal((reading, from, to), (found.Reading, found.ChangedFrom, found.ChangedTo));
    }

    [Theory]
    [InlineData("en", "room forty two", "it is room 42")]
    [InlineData("en", "room 42", "room forty-two please")]
    [InlineData("fr", "chambre quarante-deux", "la chambre 42")]
    [InlineData("fr", "chambre 42", "la chambre quarante-deux")]
    [InlineData("en", "150 euros", "it was one hundred fifty euros")]
    [InlineData("fr", "deux mille vingt quatre", "en 2024")]
    public void Number_words_and_digits_are_equal_without_any_sound(string language, string phrase, string heard) =>
        Assert.NotEmpty(new TestCall(Party.Customer).Say(0, 1, 4, heard, language).Run(Rule(phrase, language, "off"), 20));

    [Theory]
    [InlineData("fr", "résilier", "je voudrais résilier mon abonnement")] // heard as it is
    [InlineData("fr", "résilier", "je voudrais réaliser mon rêve")]
    [InlineData("en", "cancel my contract", "I want a new contract")]
    [InlineData("en", "cancel my contract", "I want to council. My contract is old")] // another sentence
    [InlineData("en", "sue", "see")] // too short
    public void Nothing_else_is(string language, string phrase, string heard) => Assert.Empty(Find(phrase, language, heard));

    [Fact]
    public void Off_finds_nothing_and_wide_finds_more()
    {
        const string Heard = "je vais porter pente contre vous";
        Assert.Empty(Find("plainte", "fr", "pleins", sound: "off"));
        Assert.True(Find("porter plainte", "fr", Heard, sound: "wide").Count >= Find("porter plainte", "fr", Heard).Count);
        Assert.NotEmpty(Find("contrat", "fr", "conta", sound: "wide"));
        Assert.Empty(Find("contrat", "fr", "conta"));
    }

    [Fact]
    public void Below_none_sound_is_off_unless_asked_for()
    {
        const string Rule = "{{ all: [ {{ phrase: annuler~ }}, {{ none: [ {{ phrase: {{ anyOf: résilier{0} }} }} ] }} ] }}";
        Assert.Empty(Matches(TestCall.Rule(string.Format(CultureInfo.InvariantCulture, Rule, "")), "fr", "je veux résiluer"));
        Assert.Single(Matches(TestCall.Rule(string.Format(CultureInfo.InvariantCulture, Rule, ", sound: close")), "fr",
            "je veux résiluer"));
    }

    [Fact]
    public void Only_the_party_of_the_rule_is_looked_at()
    {
        var set = Rule("résilier", "fr", "close");
        Assert.Empty(set.SoundOf("fr")!.Find(["résiluer"], Party.Agent, out _));
        Assert.Single(set.SoundOf("fr")!.Find(["résiluer"], Party.Unknown, out _));
    }

    [Fact]
    public void A_part_of_near_counts_where_the_others_were_heard()
    {
        var set = TestCall.Rule("{ phrase: { near: 8, fr: appel enregistrer~ } }");
        Assert.Single(Matches(set, "fr", "l'appel sera en registre"));
        Assert.Empty(Matches(set, "fr", "il est en registre"));
    }

    [Fact]
    public void Work_does_not_grow_with_the_number_of_rules()
    {
        var random = new Random(3);
        string Word() => string.Concat(Enumerable.Range(0, 6 + random.Next(5))
            .Select(i => (i % 2 == 0 ? "bcdfglmnprstv" : "aeiou")[random.Next(i % 2 == 0 ? 13 : 5)]));
        var words = Enumerable.Range(0, 4000).Select(_ => Word()).ToArray();
        string Phrase() => string.Join(' ', Enumerable.Range(0, 3).Select(_ => words[random.Next(words.Length)]));
        RuleSet Set(int count) => TestCall.Rules("rules:\n" + string.Concat(Enumerable.Range(0, count)
            .Select(i => $"  - {{ id: r{i}, severity: info, languages: [en], when: {{ phrase: {Phrase()} }} }}\n")));
        var heard = Enumerable.Range(0, 150).Select(_ => words[random.Next(words.Length)]).ToArray();
        long Steps(int count)
        {
            Set(count).SoundOf("en")!.Find(heard, Party.Customer, out var steps);
            return steps / heard.Length;
        }
        var (few, many) = (Steps(1000), Steps(10_000));
        Assert.True(many <= SoundMatcherBounds.StepsPerWord, $"{many} steps a word");
        Assert.True(many <= 12 * few, $"{few} steps a word with 1,000 rules, {many} with 10,000");
    }

    [Fact]
    public void Any_words_and_huge_phrases_are_survived_within_the_bounds()
    {
        var random = new Random(5);
        var choice = string.Join('|', Enumerable.Range(0, 80).Select(i => $"w{(char)('a' + i % 26)}{(char)('a' + i / 26)}r"));
        var set =
            TestCall.Rule($"{{ phrase: ['({choice}) * ({choice}) [{choice}] ({choice})', '{string.Join(' ', choice.Split('|').Take(40))}'] "
            + $"}}");
        var matcher = set.SoundOf("en")!;
        for (var i = 0; i < 50; i++)
        {
            var words = Enumerable.Range(0, random.Next(400)).Select(_ => random.Next(3) == 0
                ? new string((char)random.Next(32, 0xD7FF), random.Next(60))
                : $"w{(char)('a' + random.Next(26))}{(char)('a' + random.Next(8))}r").ToArray();
            matcher.Find(words, Party.Customer, out var steps);
            Assert.True(steps <= (long)SoundMatcherBounds.StepsPerWord * PhoneticMatcher.MostWords);
        }
    }

    private static RuleSet Rule(string phrase, string language, string sound) =>
        TestCall.Rule($"{{ phrase: {{ {language}: '{phrase}', sound: {sound} }} }}",
            $"party: customer, languages: [{language}], coolDown: 1s");

    private static IReadOnlyList<PhoneticCandidate> Find(string phrase, string language, string heard, string sound = "close") =>
        Matches(Rule(phrase, language, sound), language, heard);

    private static IReadOnlyList<PhoneticCandidate> Matches(RuleSet set, string language, string heard) =>
        set.SoundOf(language) is { } matcher ? matcher.Find(heard.Split(' '), Party.Customer, out _) : [];

    private static class SoundMatcherBounds
    {
        /// <summary>Two look-ups by sound, and every way with every word that sounds alike.</summary>
        public const int StepsPerWord = 2 * (PhoneticIndex.MostMeasured + 50) + PhoneticMatcher.MostWays
            * (1 + 4 * PhoneticIndex.MostAnswered);
    }
}
