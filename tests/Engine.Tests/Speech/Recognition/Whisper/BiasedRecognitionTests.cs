using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper;

/// <summary>Bias and scoring through the recogniser's own door.</summary>
[Collection(WhisperCollection.Name)]
public sealed class BiasedRecognitionTests(WhisperFixture whisper)
{
    private const string Hash = "asterisk_fr/agent-pass.flac";
    private const string Star = "asterisk_fr/dictate/both_help.flac";
    private const string Recorded = "asterisk_fr/conf-now-recording.flac";

    private WhisperRecognizer Open() => new(whisper.Sessions, new WhisperOptions { Workers = 1 });

    private RecognitionRequest Request(string file, params string[] phrases) =>
        new(whisper.Clip(file), new LegLanguage("fr"), RecognitionKind.Final)
        {
            Bias = phrases.Length == 0 ? null : new RecognitionBias([new("fr", phrases), new("en", ["something else"])]),
        };

    [Theory]
    [InlineData(Hash, "dièse", "dièse")]
    [InlineData(Star, "appuyez sur étoile", "étoile")]
    public async Task A_phrase_comes_out_where_the_audio_supports_it(string file, string phrase, string changed)
    {
        await using var recognizer = Open();
        var plain = await recognizer.RecognizeAsync(Request(file));
        var biased = await recognizer.RecognizeAsync(Request(file, phrase));
        Assert.DoesNotContain(phrase, plain.Text, StringComparison.Ordinal);
        Assert.Null(plain.Biased);
        Assert.Contains(phrase, biased.Text, StringComparison.Ordinal);
        Assert.True(biased.Biased!.Difference >= -RecognitionBias.Tolerance);
        Assert.Contains(biased.Biased.Words, i => biased.Words[i].Text.StartsWith(changed, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_probabilities_are_those_without_bias()
    {
        await using var recognizer = Open();
        var plain = await recognizer.RecognizeAsync(Request(Recorded));
        var biased = await recognizer.RecognizeAsync(Request(Recorded, "la conférence est maintenant enregistrée"));
        Assert.Equal(plain.Tokens, biased.Tokens);
        Assert.Equal(plain.AverageLogProbability, biased.AverageLogProbability);
        Assert.Null(biased.Biased);
    }

    [Theory]
    [InlineData("la confidence est maintenant entretenue")]
    [InlineData("la conférence aérienne")]
    public async Task What_the_audio_does_not_support_is_given_up(string phrase)
    {
        await using var recognizer = Open();
        var plain = await recognizer.RecognizeAsync(Request(Recorded));
        Assert.Equal(plain.Text, (await recognizer.RecognizeAsync(Request(Recorded, phrase))).Text);
    }

    [Fact]
    public async Task Phrases_of_another_language_do_nothing()
    {
        await using var recognizer = Open();
        var request = Request(Star) with { Bias = new RecognitionBias([new("en", ["appuyez sur étoile"])]) };
        Assert.Equal((await recognizer.RecognizeAsync(Request(Star))).Tokens, (await recognizer.RecognizeAsync(request)).Tokens);
    }

    [Fact]
    public async Task The_text_that_was_said_scores_above_others()
    {
        await using var recognizer = Open();
        var golden = GoldenUtterance.Of(Recorded);
        var scores = await ScoreAsync(recognizer, new ScoredText(golden.Text) { Tokens = golden.Tokens },
            new ScoredText("La conférence est maintenant terminée."), new ScoredText("Bonjour."));
        Assert.True(scores[0].LogProbability > scores[1].LogProbability + 2);
        Assert.True(scores[1].LogProbability > scores[2].LogProbability);
        Assert.InRange(scores[0].LogProbability - golden.Score.Logprobs.Sum() - golden.Score.End, -1.5, 1.5);
    }

    [Fact]
    public async Task Plain_letters_are_spelt_by_the_model()
    {
        await using var recognizer = Open();
        var scores = await ScoreAsync(recognizer, new ScoredText("La conférence est maintenant enregistrée."),
            new ScoredText("La", "conference est maintenant enregistree", "."),
                new ScoredText("", "la conference", " est maintenant enregistrée."));
        Assert.Equal("conférence est maintenant enregistrée", scores[1].Loose);
        Assert.Equal("La conférence", scores[2].Loose);
        Assert.Equal(scores[0].LogProbability, scores[1].LogProbability, 3);
        Assert.Equal(scores[0].LogProbability, scores[2].LogProbability, 3);
    }

    [Fact]
    public async Task What_is_far_less_likely_is_given_up_and_all_else_scored_as_before()
    {
        await using var recognizer = Open();
        ScoredText[] texts = [new("La conférence est maintenant enregistrée."), new("La", "conference", " est maintenant enregistrée."),
            new("La", "girafe est maintenant", " enregistrée.")];
        var all = await ScoreAsync(recognizer, texts);
        var some = await recognizer.ScoreAsync(new ScoreRequest(whisper.Clip(Recorded), "fr", texts, RecognitionKind.Final)
        {
            Tolerance = 3,
        });
        Assert.True(all[2].LogProbability < all[0].LogProbability - 3);
        Assert.Equal([all[0], all[1], new TextSupport(double.NegativeInfinity, "")], some);
    }

    [Fact]
    public async Task Scoring_beside_others_changes_nothing()
    {
        await using var recognizer = Open();
        var alone = await ScoreAsync(recognizer, new ScoredText("La conférence est maintenant enregistrée."));
        var star = await recognizer.RecognizeAsync(Request(Star));
        var others = Enumerable.Range(0, 4).Select(_ => recognizer.RecognizeAsync(Request(Star)).AsTask()).ToList();
        var beside = await ScoreAsync(recognizer, new ScoredText("La conférence est maintenant enregistrée."));
        Assert.Equal(alone[0].LogProbability, beside[0].LogProbability);
        var texts = (await Task.WhenAll(others)).Select(o => string.Join(' ', o.Tokens)).Distinct();
        Assert.Equal(string.Join(' ', star.Tokens), Assert.Single(texts));
    }

    [Fact]
    public async Task Sizes_are_limited()
    {
        await using var recognizer = Open();
        await Assert.ThrowsAnyAsync<ArgumentException>(async () =>
            await ScoreAsync(recognizer, [.. Enumerable.Repeat(new ScoredText("x"), ScoreRequest.MostTexts + 1)]));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () =>
            await ScoreAsync(recognizer, new ScoredText(new string('x', WhisperRecognizer.LongestText + 1))));
        var odd = await ScoreAsync(recognizer, new ScoredText(string.Concat(Enumerable.Repeat("日本", 300))),
            new ScoredText("", "\u0001 日本", ""), new ScoredText(""));
        Assert.Equal(double.NegativeInfinity, odd[1].LogProbability);
        Assert.All(odd, o => Assert.False(double.IsNaN(o.LogProbability)));
    }

    private async Task<IReadOnlyList<TextSupport>> ScoreAsync(WhisperRecognizer recognizer, params ScoredText[] texts) =>
        await recognizer.ScoreAsync(new ScoreRequest(whisper.Clip(Recorded), "fr", texts, RecognitionKind.Final));
}
