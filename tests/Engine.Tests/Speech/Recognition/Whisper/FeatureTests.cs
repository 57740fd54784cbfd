using System.Text.Json;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper;

/// <summary>features.json of models/tools/whisper/make_golden.py: encoding, bias, draft, batch, gate, first step.</summary>
[Collection(WhisperCollection.Name)]
public sealed class FeatureTests(WhisperFixture whisper)
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllBytes(Assets.Path("whisper/features.json"))).RootElement;

    [Fact]
    public void Text_is_encoded_as_the_reference_does()
    {
        foreach (var text in Golden.GetProperty("encode").EnumerateObject())
            Assert.Equal(Ints(text.Value), whisper.Model.Vocabulary.Encoder.Encode(text.Name));
    }

    [Fact]
    public void Text_survives_encoding()
    {
        var vocabulary = whisper.Model.Vocabulary;
        foreach (var text in new[] { "", " ", "a  b", "l'été où   j'ai dit « 42 » !", "it's\n\tfine", "日本 😀", "don't'", "1½ Ⅷ" })
            Assert.Equal(text, vocabulary.Text(vocabulary.Encoder.Encode(text)));
    }

    [Fact]
    public void First_step_has_the_reference_s_logits()
    {
        var golden = Golden.GetProperty("first_step");
        using var batch = whisper.Batch();
        whisper.Enter(whisper.Clip(golden.GetProperty("file").GetString()!), batch);
        var logits = batch.Read(whisper.Model.Vocabulary.RowsOf(Ints(golden.GetProperty("prompt")))).Logits(3);
        var top = Ints(golden.GetProperty("top_ids"));
        Assert.Equal(top[0], whisper.Model.Vocabulary.IdOf(logits.IndexOf(logits.ToArray().Max())));
        foreach (var (id, value) in top.Zip(golden.GetProperty("top_logits").EnumerateArray().Select(v => v.GetDouble())))
            Assert.InRange(logits[whisper.Model.Vocabulary.RowOf(id)] - value, -0.6, 0.6);
        Assert.InRange(LogSoftmax.LogSumExp(logits) - golden.GetProperty("logsumexp").GetDouble(), -0.6, 0.6);
    }

    [Fact]
    public void Bias_brings_phrases_out()
    {
        var golden = Golden.GetProperty("bias");
        var phrases = golden.GetProperty("phrases").EnumerateArray().Select(p => p.GetString()!);
        var trie = new PhraseTrie(whisper.Model.Vocabulary, whisper.Model.Settings.Bias, phrases);
        var file = golden.GetProperty("file").GetString()!;
        var without = whisper.Decode(whisper.Clip(file), whisper.Hypothesis(file));
        var with = whisper.Decode(whisper.Clip(file), whisper.Hypothesis(file, new PhraseBias(trie)));
        Assert.DoesNotContain("appuyez sur étoile", whisper.Model.Vocabulary.Text(whisper.Tokens(without)));
        Assert.Contains("appuyez sur étoile", whisper.Model.Vocabulary.Text(whisper.Tokens(with)));
    }

    [Fact]
    public void Draft_is_verified_in_one_pass()
    {
        var golden = Golden.GetProperty("draft");
        var file = golden.GetProperty("file").GetString()!;
        var draft = whisper.Model.Vocabulary.RowsOf(Ints(golden.GetProperty("draft")));
        var drafted = whisper.Decode(whisper.Clip(file), whisper.Hypothesis(file, draft: draft));
        Assert.Equal(golden.GetProperty("accepted").GetInt32(), drafted.Accepted);
        Assert.Equal(Ints(golden.GetProperty("tokens")), whisper.Tokens(drafted));
        // The attention of rejected tokens is gone: one entry for prompt and tokens read.
        Assert.InRange(drafted.Attention.Tokens, drafted.Prompt + drafted.Rows.Length - 1, drafted.Prompt + drafted.Rows.Length);
    }

    [Fact]
    public void Wrong_draft_changes_nothing_but_time()
    {
        var file = GoldenUtterance.All[0].File;
        var draft = whisper.Model.Vocabulary.RowsOf(whisper.Model.Vocabulary.Encoder.Encode(" Something else entirely"));
        var drafted = whisper.Decode(whisper.Clip(file), whisper.Hypothesis(file, draft: draft));
        Assert.Equal(0, drafted.Accepted);
        Assert.Equal(GoldenUtterance.All[0].Tokens, whisper.Tokens(drafted));
    }

    public static TheoryData<string, string> NonSpeech()
    {
        var data = new TheoryData<string, string>();
        foreach (var sound in new[] { "silence", "ring", "hum" })
            foreach (var language in new[] { "en", "fr" }) data.Add(sound, language);
        return data;
    }

    [Theory]
    [MemberData(nameof(NonSpeech))]
    public async Task Gate_drops_what_is_invented_on_silence_and_tones(string sound, string language)
    {
        double[] Tones() => sound switch { "ring" => [440, 480], "hum" => [50, 100, 150], _ => [] };
        var amplitude = sound == "ring" ? 0.1 : 0.03;
        var samples = new float[48_000];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (float)Tones().Sum(hertz => amplitude * Math.Sin(2 * Math.PI * hertz * i / 16_000));
        await using var recognizer = new WhisperRecognizer(whisper.Sessions, new WhisperOptions { Workers = 1 });
        var got = await recognizer.RecognizeAsync(new RecognitionRequest(samples, new LegLanguage(language), RecognitionKind.Final));
        Assert.False(got.IsSpeech, got.Text);
    }

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetInt32())];
}
