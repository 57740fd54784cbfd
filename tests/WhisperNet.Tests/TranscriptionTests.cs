using SpeechQA.Engine.Speech.Recognition;
using Xunit.Abstractions;

namespace SpeechQA.WhisperNet.Tests;

/// <summary>What is recognised: near the default recogniser's words and times, and nothing where nobody speaks.</summary>
[Collection(WhisperNetCollection.Name)]
public sealed class TranscriptionTests(WhisperNetFixture whisper, ITestOutputHelper output)
{
    private static readonly string[] English =
    [
        "asr_misc/libri_7902-96591-0000.flac", "asterisk_en/agent-alreadyon.flac", "asterisk_en/agent-incorrect.flac",
        "asterisk_en/privacy-unident.flac",
        "asterisk_en/confbridge-remove-last-out.flac",
    ];

    private static readonly string[] French =
    [
        "asr_misc/picovoice_test_fr.flac", "asterisk_fr/agent-alreadyon.flac", "asterisk_fr/dictate/both_help.flac",
        "asterisk_fr/vm-whichbox.flac",
        "asterisk_fr/agent-pass.flac",
    ];

    [SkippableTheory]
    [InlineData("en")]
    [InlineData("fr")]
    public async Task Text_is_near_the_default_recogniser_s(string language)
    {
        var (words, errors) = (0, 0);
        foreach (var clip in language == "en" ? English : French)
        {
            var (theirs, ours) = await BothAsync(clip, language);
            Assert.True(theirs.IsSpeech, $"{clip}: {theirs.Text}");
            Assert.Equal(language, theirs.Language);
            Assert.Equal(theirs.Text, string.Join(' ', theirs.Words.Select(w => w.Text)));
            output.WriteLine($"{clip}\n  default     {ours.Text}\n  Whisper.net {theirs.Text}");
            words += ours.Words.Count;
            errors += Errors(Plain(ours.Text), Plain(theirs.Text));
        }
        Assert.InRange(errors / (double)words, 0, 0.1);
    }

    [SkippableFact]
    public async Task Words_have_the_default_recogniser_s_times_and_a_probability()
    {
        var off = new List<double>();
        foreach (var (clip, language) in English.Select(c => (c, "en")).Concat(French.Select(c => (c, "fr"))))
        {
            var (theirs, ours) = await BothAsync(clip, language);
            Assert.InRange(theirs.AverageLogProbability, -1.5, 0);
            Assert.InRange(theirs.NoSpeechProbability, 0, 1);
            var seconds = (await WhisperNetFixture.ClipAsync(clip)).Length / 16_000.0;
            var before = 0f;
            foreach (var word in theirs.Words)
            {
                Assert.InRange(word.LogProbability, -20, 0);
                Assert.InRange(word.Start, before, seconds);
                Assert.InRange(word.End, word.Start, seconds + 0.05);
                before = word.Start;
            }
            if (theirs.Words.Select(w => w.Text).SequenceEqual(ours.Words.Select(w => w.Text)))
                off.AddRange(theirs.Words.Zip(ours.Words)
                    .SelectMany(p => new[] { Off(p.First.Start, p.Second.Start), Off(p.First.End, p.Second.End) }));
        }
        off.Sort();
        Assert.True(off.Count > 100, $"only {off.Count} times could be compared");
        output.WriteLine($"{off.Count} times, off by {off[off.Count / 2]:F3} s (median), {off[off.Count * 9 / 10]:F3} s (p90)");
        Assert.InRange(off[off.Count / 2], 0, 0.06);
        Assert.InRange(off[off.Count * 9 / 10], 0, 0.35);
    }

    [SkippableFact]
    public async Task The_language_of_a_leg_is_voted_for_and_locked()
    {
        foreach (var (clip, language) in new[] { (English[0], "en"), (French[2], "fr") })
        {
            var leg = new LegLanguage("en", "fr");
            var result = await whisper.Recognizer.RecognizeAsync(
                new RecognitionRequest(await WhisperNetFixture.ClipAsync(clip), leg, RecognitionKind.Final));
            Assert.Equal((language, language), (result.Language, leg.Locked));
        }
    }

    [SkippableFact]
    public async Task A_partial_casts_no_vote_and_a_short_utterance_follows_the_votes()
    {
        var leg = new LegLanguage("fr", "en");
        var speech = await WhisperNetFixture.ClipAsync(English[0]);
        var partial = await whisper.Recognizer.RecognizeAsync(new RecognitionRequest(speech, leg, RecognitionKind.Partial));
        Assert.Equal(("en", false), (partial.Language, leg.HasVotes));
        leg.Decide([-2, -0.1], 5);
        var shortOne = await whisper.Recognizer.RecognizeAsync(
            new RecognitionRequest(await WhisperNetFixture.ClipAsync("asterisk_fr/phonetic/u_p.flac"), leg, RecognitionKind.Final));
        Assert.Equal("en", shortOne.Language);
    }

    [SkippableFact]
    public async Task Silence_noise_tones_and_music_give_no_text()
    {
        foreach (var (name, samples) in Sounds.All())
            foreach (var kind in new[] { RecognitionKind.Final, RecognitionKind.Partial })
            {
                var result = await whisper.Recognizer.RecognizeAsync(new RecognitionRequest(samples, new LegLanguage("en"), kind));
                output.WriteLine($"{name}: '{result.Text}' {result.AverageLogProbability:F2} {result.NoSpeechProbability:F2}");
                Assert.False(SpeechEvidence.IsBelievable(result, voice: 0, contrast: 30), $"{name}: {result.Text}");
            }
    }

    [SkippableFact]
    public async Task Of_half_a_second_and_of_28_seconds_there_is_an_answer()
    {
        var digit = await whisper.Recognizer.RecognizeAsync(await WhisperNetFixture.RequestAsync("asterisk_en/phonetic/e_p.flac", "en"));
        Assert.InRange(digit.Words.Count, 0, 4);
        var most = new List<float>();
        foreach (var clip in English) most.AddRange(await WhisperNetFixture.ClipAsync(clip));
        while (most.Count < 28 * 16_000) most.Add(0);
        most = most[..(28 * 16_000)];
        var all = await whisper.Recognizer.RecognizeAsync(
            new RecognitionRequest(most.ToArray(), new LegLanguage("en"), RecognitionKind.File));
        Assert.InRange(all.Words.Count, 20, 120);
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await whisper.Recognizer.RecognizeAsync(
                new RecognitionRequest(new float[29 * 16_000], new LegLanguage("en"), RecognitionKind.File)));
    }

    private async Task<(Recognition Theirs, Recognition Ours)> BothAsync(string clip, string language)
    {
        var request = await WhisperNetFixture.RequestAsync(clip, language, RecognitionKind.File);
        return (await whisper.Recognizer.RecognizeAsync(request), await whisper.Default.RecognizeAsync(request));
    }

    private static double Off(float theirs, float ours) => Math.Abs(theirs - (double)ours);

    private static string[] Plain(string text) =>
        [.. text.ToLowerInvariant().Split(' ').Select(w => new string([.. w.Where(char.IsLetterOrDigit)])).Where(w => w.Length > 0)];

    private static int Errors(string[] want, string[] have)
    {
        var row = Enumerable.Range(0, have.Length + 1).ToArray();
        for (var i = 1; i <= want.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= have.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (want[i - 1] == have[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
