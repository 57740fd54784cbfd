using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;
using SpeechQA.Engine.Speech.Recognition.Whisper.Tokens;
using SpeechQA.Engine.Speech.Recognition.Whisper.WordTimes;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper.WordTimes;

/// <summary>Word times from stored attention, without a network.</summary>
public sealed class WordTimerTests
{
    [Fact]
    public void Words_of_stored_attention_have_the_reference_s_times()
    {
        var golden = GoldenUtterance.All[0];
        var folder = ModelFolder.Find();
        var settings = WhisperSettings.Read(folder["whisper-base/settings.json"]);
        var vocabulary = Vocabulary.Read(folder["whisper-base/tokens.txt"]);
        var rules = new DecodingRules(settings, vocabulary);
        var hypothesis = Spell(golden, rules, vocabulary);
        Load(hypothesis, Assets.Floats("whisper/agent-alreadyon.align.f32"), settings.AlignmentHeads.Length, golden.Encoder.Time);

        var words = new WordTimer(rules, vocabulary).Words(hypothesis);

        Assert.Equal(
            golden.Words.Select(w => (w.Word, Math.Round(w.Start, 2), Math.Round(w.End, 2))),
            words.Select(w => (w.Text, Math.Round(w.Start, 2), Math.Round(w.End, 2))));
    }

    /// <summary>A hypothesis that has chosen the golden tokens, because its logits leave it no choice.</summary>
    private static Hypothesis Spell(GoldenUtterance golden, DecodingRules rules, Vocabulary vocabulary)
    {
        var hypothesis = new Hypothesis(rules, golden.Language, golden.Seconds);
        var logits = new float[vocabulary.Count];
        foreach (var row in vocabulary.RowsOf(golden.Raw))
        {
            logits.AsSpan().Clear();
            logits[row] = 50;
            if (double.IsNaN(hypothesis.NoSpeech)) hypothesis.Begin(_ => logits);
            else hypothesis.Take(logits);
        }
        Assert.Equal(golden.Stop, hypothesis.Stop);
        Assert.Equal(golden.Raw, hypothesis.Rows.ToArray().Select(vocabulary.IdOf));
        return hypothesis;
    }

    /// <param name="values">[heads, tokens, time].</param>
    private static void Load(Hypothesis hypothesis, ReadOnlySpan<float> values, int heads, int time)
    {
        var trace = hypothesis.Attention;
        trace.Shape(heads, WordTimer.Frames(hypothesis.Seconds));
        var tokens = values.Length / heads / time;
        for (var t = 0; t < tokens; t++)
        {
            var into = trace.Add();
            for (var h = 0; h < heads; h++)
                values.Slice((h * tokens + t) * time, trace.Frames).CopyTo(into[(h * trace.Frames)..]);
        }
    }

    [Fact]
    public void Median_of_seven_is_that_of_sorting()
    {
        var random = new Random(7);
        for (var n = 1; n < 40; n++)
        {
            var values = Enumerable.Range(0, n).Select(_ => Math.Round(random.NextDouble(), 1)).ToArray();
            var got = new double[n];
            MedianFilter.Seven(values, got);
            for (var i = 0; i < n; i++) Assert.Equal(n < 4 ? values[i] : Sorted(values, i), got[i]);
        }

        static double Sorted(double[] values, int at) =>
            Enumerable.Range(at - 3, 7)
                .Select(k => Math.Abs(k))
                .Select(k => values[k < values.Length ? k : 2 * (values.Length - 1) - k])
                .Order().ElementAt(3);
    }

    [Fact]
    public void Path_follows_the_greatest_gains()
    {
        double[] gain =
        [
            1, 1, 0, 0, 0, 0,
            0, 0, 1, 0, 0, 0,
            0, 0, 0, 1, 1, 1,
        ];
        Assert.Equal([0, 2, 3], TimeWarp.FirstFrames(gain, 3));
        // Without any difference the path is diagonal from the end.
        Assert.Equal([0, 4, 5], TimeWarp.FirstFrames(new double[18], 3));
    }
}
