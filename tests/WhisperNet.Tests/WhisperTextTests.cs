using System.Text;
using SpeechQA.WhisperNet.Ggml;
using Whisper.net;

namespace SpeechQA.WhisperNet.Tests;

/// <summary>Words, times and gates from tokens as whisper.cpp gives them.</summary>
public sealed class WhisperTextTests
{
    private const int Stamp = 50_364;

    private readonly List<byte[]> _pieces = [];
    private readonly List<WhisperToken> _tokens = [];

    [Fact]
    public void Tokens_become_words_with_times_and_probabilities()
    {
        Say(" Good", 0.4, -0.1).Say(" mor", 0.6, -0.2).Say("ning", 0.9, -0.4).Say(",", 1.2, -0.3).Say(" Ann", 1.5, -0.5);
        var result = Result(seconds: 2);
        Assert.Equal("Good morning, Ann", result.Text);
        Assert.Equal([("Good", 0f, 0.4f), ("morning,", 0.4f, 0.9f), ("Ann", 1.2f, 1.5f)],
            result.Words.Select(w => (w.Text, w.Start, w.End)));
        Assert.Equal(-0.3f, result.Words[1].LogProbability, 3);
        Assert.Equal(-0.3f, result.AverageLogProbability, 3);
        Assert.True(result.IsSpeech);
        Assert.Equal("end", result.Stop);
    }

    [Fact]
    public void Letters_of_several_tokens_are_put_together()
    {
        Say(" d", 0.1);
        foreach (var b in "é"u8) Piece([b], 0.2);
        Say("jà", 0.3);
        Assert.Equal("déjà", Result(seconds: 1).Text);
    }

    [Fact]
    public void A_stamp_at_the_end_of_the_speech_ends_the_utterance()
    {
        Say(" Yes", 0.5).At(1.0).At(1.0).Say(" please", 1.8).At(2.5).Say(" Thank", 2.9).Say(" you.", 3);
        var result = Result(seconds: 3);
        Assert.Equal(("Yes please", "stamp"), (result.Text, result.Stop));
    }

    [Fact]
    public void A_loop_is_cut_to_its_first_turn()
    {
        Say(" well", 0.2);
        for (var i = 0; i < 12; i++) Say(" no", 0.3);
        var result = Result(seconds: 3);
        Assert.Equal(("well no", "repeat"), (result.Text, result.Stop));
    }

    [Theory]
    [InlineData(" [", "music", "]")]
    [InlineData(" (", "laughs", ")")]
    [InlineData(" *", "sighs", "*")]
    [InlineData(" ♪", "la", "♪")]
    public void Notes_of_sounds_are_no_text(string opens, string note, string closes)
    {
        Say(opens, 0.1).Say(note, 0.2).Say(closes, 0.3);
        if (opens == " ♪") _tokens.RemoveAt(1);
        Assert.Equal(("", false), (Result(seconds: 2).Text, Result(seconds: 2).IsSpeech));
        Say(" hello", 0.6);
        Assert.Equal("hello", Result(seconds: 2).Text);
    }

    [Theory]
    [InlineData(0.3, -1.6, true)]
    [InlineData(0.4, -1.3, false)]
    [InlineData(0.75, -0.95, false)]
    [InlineData(0.75, -0.85, true)]
    public void The_gate_of_the_default_recogniser_applies(double noSpeech, double logProbability, bool speech)
    {
        Say(" hello", 0.5, logProbability);
        Assert.Equal(speech, Result(seconds: 1, noSpeech).IsSpeech);
    }

    [Fact]
    public void Nothing_heard_is_no_speech()
    {
        var result = new WhisperText(Model()).Of([], 3);
        Assert.Equal(("", false, 1f), (result.Text, result.IsSpeech, result.NoSpeechProbability));
        Assert.Empty(result.Words);
    }

    [Fact]
    public void Without_alignment_words_have_the_estimated_times()
    {
        Say(" one", 0).Say(" two", 0);
        for (var i = 0; i < 2; i++) (_tokens[i].DtwTimestamp, _tokens[i].Start, _tokens[i].End) = (-1, 50 * i + 10, 50 * i + 40);
        Assert.Equal([("one", 0.1f, 0.4f), ("two", 0.6f, 0.9f)], Result(seconds: 2).Words.Select(w => (w.Text, w.Start, w.End)));
    }

    private WhisperTextTests Say(string piece, double end, double logProbability = -0.1) =>
        Piece(Encoding.UTF8.GetBytes(piece), end, logProbability);

    private WhisperTextTests Piece(byte[] piece, double end, double logProbability = -0.1)
    {
        var id = _pieces.FindIndex(p => p.SequenceEqual(piece));
        if (id < 0) (id, _) = (_pieces.Count, 0);
        if (id == _pieces.Count) _pieces.Add(piece);
        _tokens.Add(new WhisperToken { Id = id, ProbabilityLog = (float)logProbability, DtwTimestamp = (long)Math.Round(end * 100) });
        return this;
    }

    private WhisperTextTests At(double stamp)
    {
        _tokens.Add(new WhisperToken { Id = Stamp + (int)Math.Round(stamp * 50), DtwTimestamp = -1 });
        return this;
    }

    private Engine.Speech.Recognition.Recognition Result(double seconds, double noSpeech = 0.1) => new WhisperText(Model())
        .Of([new SegmentData("", TimeSpan.Zero, TimeSpan.Zero, 0, 0, 0, (float)noSpeech, "en", [.. _tokens])], seconds);

    private GgmlModel Model() => new(GgmlSizes.Of([51_865, 1500, 512, 8, 6, 448, 512, 8, 6, 80, 1]), _pieces);
}
