using SpeechQA.Engine.Calls.Phonetic;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Tests.Rules;

namespace SpeechQA.Engine.Tests.Calls.Phonetic;

public sealed class PhoneticConfirmationTests
{
    private static readonly RuleSet Set = TestCall.Rule("{ phrase: { fr: résilier~ } }");

    [Theory]
    [InlineData(1.2, true)]
    [InlineData(-2.9, true)]
    [InlineData(-3.1, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.NegativeInfinity, false)]
    public async Task Only_what_the_audio_supports_counts(double difference, bool counts)
    {
        var asked = new Scoring(difference);
        var found = await Find(Set, asked, "Je veux résiluer, merci.");
        Assert.Equal(counts ? 1 : 0, found.Count);
        Assert.Equal(["Je veux résiluer, merci.", "Je veux|resilier|, merci."], asked.Texts);
    }

    [Fact]
    public async Task A_recogniser_that_cannot_score_finds_nothing_and_is_not_asked()
    {
        var asked = new Scoring(5) { CanScore = false };
        Assert.Empty(await Find(Set, asked, "je veux résiluer"));
        Assert.Empty(asked.Texts);
    }

    [Fact]
    public async Task What_sounds_like_nothing_asks_nothing()
    {
        var asked = new Scoring(5);
        Assert.Empty(await Find(Set, asked, "bonjour madame"));
        Assert.Empty(await Find(Set, asked, "je veux résilier"));
        Assert.Empty(await Find(RuleSet.Empty, asked, "je veux résiluer"));
        Assert.Empty(asked.Texts);
    }

    [Fact]
    public async Task Few_readings_are_asked_for_however_many_rules_want_them()
    {
        var rules = TestCall.Rules("rules:\n" + string.Concat(Enumerable.Range(0, 300).Select(i =>
            $"  - {{ id: r{i}, severity: info, languages: [fr], when: {{ phrase: [ 'résilier', 'annuler', 'rembourser', 'réclamation', "
            + $"'résiliation' ] }} }}\n")));
        var asked = new Scoring(0);
        var found = await Find(rules, asked, "résiluer annuller ramburser réclamassion résiliassion");
        Assert.Equal(1 + PhoneticConfirmation.MostReadings, asked.Texts.Count);
        Assert.Equal(300 * PhoneticConfirmation.MostReadings, found.Count);
    }

    [Fact]
    public async Task What_was_asked_of_the_same_audio_is_not_asked_again_and_a_final_rests_on_nothing_less()
    {
        var asked = new Scoring(-0.5);
        var check = new PhoneticConfirmation(Set, new PhoneticOptions());
        async Task<int> Look(PhoneticAnswers known, EarlyLook? early) =>
            (await check.FindAsync(asked, Say("Je veux résiluer mon contrat."), default, RecognitionKind.Final, known, early)).Count;

        var (partials, paused, other) = (new PhoneticAnswers(), new PhoneticAnswers(), new PhoneticAnswers());
        Assert.Equal(1, await Look(paused, new EarlyLook(5, partials, AsPartial: false)));
        Assert.Equal(2, asked.Texts.Count);
        Assert.Equal(1, await Look(partials, new EarlyLook(5, partials, AsPartial: true)));
        Assert.Equal(1, await Look(paused, null));
        Assert.Equal(2, asked.Texts.Count);
        // Of other audio it is known only early.
        Assert.Equal(1, await Look(other, new EarlyLook(5, partials, AsPartial: false)));
        Assert.Equal(2, asked.Texts.Count);
        Assert.Equal(1, await Look(other, null));
        Assert.Equal(4, asked.Texts.Count);
    }

    [Fact]
    public async Task A_phrase_whose_words_are_not_all_spoken_is_not_looked_for_yet()
    {
        var asked = new Scoring(-0.5);
        await new PhoneticConfirmation(Set, new PhoneticOptions())
            .FindAsync(asked, Say("Je veux résiluer"), default, RecognitionKind.Final, new(), new EarlyLook(2, new(), AsPartial: true));
        Assert.Empty(asked.Texts);
    }

    [Fact]
    public async Task The_evidence_says_how_it_was_matched()
    {
        var alert = Assert.Single(await Raise(Set, Set, "Je veux résiluer mon contrat."));
        var evidence = Assert.Single(alert.Evidence);
        Assert.Equal("sounds like 'résilier' (verified, -0.5)", evidence.How);
        Assert.Equal(("résiluer", "résilier~", -0.5, -3.0, "nat"),
            (evidence.Text, evidence.Pattern, evidence.Value, evidence.Limit, evidence.Unit));
        Assert.Equal("\"résiluer\"", alert.Summary);
    }

    [Fact]
    public async Task Matches_under_rules_no_longer_in_force_are_left_out() =>
        Assert.Empty(await Raise(Set, TestCall.Rule("{ phrase: { fr: résilier~ } }"), "Je veux résiluer mon contrat."));

    [Fact]
    public async Task Near_is_completed_by_a_part_that_only_sounds_so()
    {
        var set = TestCall.Rule("{ phrase: { near: 6, fr: appel enregistrer~ } }", "party: customer, coolDown: 1s");
        var alert = Assert.Single(await Raise(set, set, "L'appel sera en registre."));
        Assert.Equal("appel sera en registre", Assert.Single(alert.Evidence).Text!.Replace("L'", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2, "exact words, written with the vocabulary's help (verified, -0.4)")]
    [InlineData(4, "exact words")]
    public void Words_that_only_bias_wrote_are_told(int word, string how)
    {
        var alerts = new List<Alert>();
        var utterance = Say("Je veux résilier mon contrat.") with { Biased = new BiasedWords([word], -0.4) };
        new CallRules(Set, new RuleCall(null, [Party.Customer])).OnLeg(new UtteranceSpoken(utterance), alerts);
        Assert.Equal(how, Assert.Single(alerts).Evidence[0].How);
    }

    private static async Task<List<Alert>> Raise(RuleSet found, RuleSet inForce, string text)
    {
        var utterance = Say(text);
        utterance = utterance with
        {
            Sounds = await new PhoneticConfirmation(found, new PhoneticOptions())
            .FindAsync(new Scoring(-0.5), utterance, default, RecognitionKind.File, new PhoneticAnswers())
        };
        var alerts = new List<Alert>();
        new CallRules(inForce, new RuleCall(null, [Party.Customer])).OnLeg(new UtteranceSpoken(utterance), alerts);
        return alerts;
    }

    private static async Task<IReadOnlyList<PhoneticMatch>> Find(RuleSet set, Scoring recognizer, string text) =>
        await new PhoneticConfirmation(set, new PhoneticOptions())
            .FindAsync(recognizer, Say(text), default, RecognitionKind.File, new PhoneticAnswers());

    private static Utterance Say(string text)
    {
        var words = text.Split(' ').Select((w, i) => TestCall.Word(w, i, i + 0.9)).ToArray();
        return new Utterance(0, Party.Customer, 0, words[0].Start, words[^1].End, text, "fr", 0.9f, words)
        {
            Decided = words[^1].End,
            Clock = default
        };
    }

    /// <summary>Every reading is so much more likely than the transcript; loose words are spelt as Whisper would.</summary>
    private sealed class Scoring(double difference) : ISpeechRecognizer
    {
        public string Name => "scoring";

        public bool CanScore { get; init; } = true;

        public List<string> Texts { get; } = [];

        public ValueTask<SpeechQA.Engine.Speech.Recognition.Recognition> RecognizeAsync(RecognitionRequest request,
            CancellationToken cancellation = default) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<TextSupport>> ScoreAsync(ScoreRequest request, CancellationToken cancellation = default)
        {
            Texts.AddRange(request.Texts.Select(t => t.Loose.Length == 0 ? t.Before : $"{t.Before}|{t.Loose}|{t.After}"));
            return ValueTask.FromResult<IReadOnlyList<TextSupport>>([.. request.Texts.Select((t, i) =>
                new TextSupport(-10 + (i == 0 ? 0 : difference), t.Loose == "resilier" ? "résilier" : t.Loose))]);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
