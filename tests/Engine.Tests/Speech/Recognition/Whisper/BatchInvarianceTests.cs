using SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper;

/// <summary>An utterance's result is bit for bit the same whatever is decoded beside it.</summary>
[Collection(WhisperCollection.Name)]
public sealed class BatchInvarianceTests(WhisperFixture whisper)
{
    private static readonly string[] Files =
    [
        "asterisk_en/agent-alreadyon.flac", "asterisk_en/digits/12.flac", "asterisk_fr/dictate/both_help.flac",
        "asterisk_fr/agent-pass.flac", "asr_misc/picovoice_test_fr.flac", "fsdd_digits_8k/7_lucas_0.flac",
    ];

    [Theory]
    [InlineData(0)]     // a step with every newcomer
    [InlineData(1)]     // and one between
    [InlineData(5)]     // caches of other lengths
    public void Tokens_probabilities_and_attention_are_those_of_decoding_alone(int stepsBetween)
    {
        var alone = Files.Select(f => whisper.Decode(whisper.Clip(f), whisper.Hypothesis(f))).ToList();
        // In another order, so that slots and paddings differ from one utterance to the next.
        var order = Enumerable.Range(0, Files.Length).Select(i => (i * 5 + 2) % Files.Length).ToArray();
        var together = new Hypothesis[Files.Length];
        using var batch = whisper.Batch();
        foreach (var i in order)
        {
            whisper.Enter(whisper.Clip(Files[i]), batch);
            together[i] = whisper.Hypothesis(Files[i]);
            batch.Join(Files[i], together[i]);
            for (var s = 0; s < stepsBetween && batch.Count > 0; s++) batch.RunPass();
        }
        while (batch.Count > 0) batch.RunPass();
        for (var i = 0; i < Files.Length; i++) AssertSame(alone[i], together[i]);
    }

    [Fact]
    public void One_who_is_dropped_leaves_the_others_alone()
    {
        var alone = whisper.Decode(whisper.Clip(Files[2]), whisper.Hypothesis(Files[2]));
        var kept = whisper.Hypothesis(Files[2]);
        using var batch = whisper.Batch();
        foreach (var (file, hypothesis) in new[] { (Files[0], whisper.Hypothesis(Files[0])), (Files[2], kept) })
        {
            whisper.Enter(whisper.Clip(file), batch);
            batch.Join(file, hypothesis);
        }
        batch.RunPass();
        batch.Drop(file => file == Files[0]);
        Assert.Equal([Files[2]], batch.Owners);
        while (batch.Count > 0) batch.RunPass();
        AssertSame(alone, kept);
    }

    private static void AssertSame(Hypothesis alone, Hypothesis together)
    {
        Assert.Equal(alone.Stop, together.Stop);
        Assert.Equal(alone.Rows.ToArray(), together.Rows.ToArray());
        Assert.Equal(alone.LogProbabilities.ToArray(), together.LogProbabilities.ToArray());
        Assert.Equal(alone.NoSpeech, together.NoSpeech);
        Assert.Equal(alone.Attention.Tokens, together.Attention.Tokens);
        for (var t = 0; t < alone.Attention.Tokens; t++)
            for (var h = 0; h < alone.Attention.Heads; h++)
                Assert.True(alone.Attention.Row(t, h).SequenceEqual(together.Attention.Row(t, h)));
    }
}
