using FsCheck.Xunit;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;
using SpeechQA.Engine.Speech.Recognition.Whisper.Tokens;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper;

/// <summary>Decoding rules on made-up logits.</summary>
public sealed class DecodingTests
{
    private static readonly ModelFolder Folder = ModelFolder.Find();
    private static readonly Vocabulary Vocabulary = Vocabulary.Read(Folder["whisper-base/tokens.txt"]);
    private static readonly DecodingRules Rules = new(WhisperSettings.Read(Folder["whisper-base/settings.json"]), Vocabulary);
    private static readonly int[] Text = Vocabulary.RowsOf(Vocabulary.Encoder.Encode(" one two three four five six seven eight nine ten"));

    private static int Stamp(double seconds) => Rules.FirstStamp + (int)Math.Round(seconds / 0.02);

    private static float[] Logits(params (int Row, float Value)[] peaks)
    {
        var logits = new float[Vocabulary.Count];
        foreach (var (row, value) in peaks) logits[row] = value;
        return logits;
    }

    [Fact]
    public void Text_comes_first_whatever_stamps_and_suppressed_tokens_say()
    {
        var comma = Vocabulary.RowOf(Rules.Settings.Suppress[0]);
        Assert.Equal(Text[0], Rules.Choose(Logits((Stamp(1), 90), (comma, 80), (Rules.End, 70), (Text[0], 5)), [], 0));
    }

    [Fact]
    public void Stamps_that_are_together_more_probable_than_any_word_win()
    {
        var all = Enumerable.Range(0, 1000).Select(i => (Rules.FirstStamp + 200 + i, i == 30 ? 10.5f : 10f));
        Assert.Equal(Stamp(4.6), Rules.Choose(Logits([.. all, (Text[1], 12)]), [Text[0]], 0));
        Assert.Equal(Text[1], Rules.Choose(Logits([.. all, (Text[1], 20)]), [Text[0]], 0));
    }

    [Fact]
    public void Stamps_never_fall_and_a_closing_stamp_is_later_than_the_opening_one()
    {
        var at = Stamp(2) - Rules.FirstStamp;
        Assert.Equal(Stamp(2.02), Rules.Choose(Logits((Stamp(1), 50), (Stamp(2), 40), (Stamp(2.02), 30)), [Text[0]], at));
        // After a closing stamp: the same stamp may open the next segment, or the end comes; never text.
        Assert.Equal(Stamp(2), Rules.Choose(Logits((Stamp(1), 50), (Stamp(2), 40), (Text[0], 60)), [Text[0], Stamp(2)], at));
        Assert.Equal(Rules.End, Rules.Choose(Logits((Rules.End, 50), (Stamp(2), 40)), [Text[0], Stamp(2)], at));
        // After an opening stamp: text.
        Assert.Equal(Text[0], Rules.Choose(Logits((Stamp(3), 50), (Text[0], 1)), [Text[0], Stamp(2), Stamp(2)], at));
    }

    [Fact]
    public void Closing_stamp_near_the_end_of_the_speech_ends_the_utterance()
    {
        var hypothesis = Run(seconds: 3, Text[0], Stamp(2.38), Stamp(2.38), Text[1], Stamp(2.4));
        Assert.Equal("stamp", hypothesis.Stop);
        Assert.Equal(5, hypothesis.Rows.Length);
        Assert.Equal(2.4, hypothesis.EndStamp!.Value, 6);
    }

    [Theory]
    [InlineData(2.06, 4, 2.0)] // the same pause, heard a little later in the longer window
    [InlineData(2.6, 1, 2.6)]
    public void A_stamp_of_a_draft_is_kept_when_the_choice_is_near_and_never_a_word(double chosen, int accepted, double kept)
    {
        int[] draft = [Text[0], Stamp(2), Stamp(2), Text[1], Stamp(5)];
        var hypothesis = new Hypothesis(Rules, "en", 10, draft: draft);
        int[] choices = [Text[0], Stamp(chosen), Stamp(chosen), Text[1], Text[2], Text[3]];
        hypothesis.Begin(i => Logits((choices[Math.Max(0, i - hypothesis.Prompt + 1)], 50)));
        Assert.Equal(accepted, hypothesis.Accepted);
        int[] expected = accepted == 4 ? [Text[0], Stamp(kept), Stamp(kept), Text[1], Text[2]] : [Text[0], Stamp(kept)];
        Assert.Equal(expected, hypothesis.Rows.ToArray());
    }

    [Fact]
    public void Loops_end_and_one_block_is_kept()
    {
        var hypothesis = Run(seconds: 10, [Text[0], .. Enumerable.Repeat(new[] { Text[1], Text[2] }, 6).SelectMany(b => b)]);
        Assert.Equal("repeat", hypothesis.Stop);
        Assert.Equal([Text[0], Text[1], Text[2]], hypothesis.Rows.ToArray());
        Assert.Equal(3, hypothesis.LogProbabilities.Length);
    }

    [Fact]
    public void Runs_of_figures_are_no_loops_before_they_are_twice_as_long()
    {
        int[] zero = Vocabulary.RowsOf(Vocabulary.Encoder.Encode("-0"));
        int[] Zeros(int times) => [Text[0], .. Enumerable.Repeat(zero, times).SelectMany(b => b)];
        Assert.Equal(Zeros(9), Run(seconds: 20, Zeros(9)).Rows.ToArray());
        Assert.Equal(Zeros(1), Run(seconds: 20, Zeros(10)).Rows.ToArray());
    }

    [Fact]
    public void Tokens_are_limited_by_the_length_of_the_speech()
    {
        var many = Enumerable.Range(0, 100).Select(i => Text[(i * i + i / 7) % Text.Length]).ToArray();
        var hypothesis = Run(seconds: 0.5, many);
        Assert.Equal("limit", hypothesis.Stop);
        Assert.Equal(16, hypothesis.Rows.Length);
    }

    [Property]
    public bool Log_sum_of_exponentials_is_that_of_double_precision(int seed, int length)
    {
        var random = new Random(seed);
        var x = new float[1 + Math.Abs(length % 5000)];
        for (var i = 0; i < x.Length; i++) x[i] = random.NextSingle() * 60 - 30;
        var max = (double)x.Max();
        return Math.Abs(max + Math.Log(x.Sum(v => Math.Exp(v - max))) - LogSoftmax.LogSumExp(x)) < 1e-5;
    }

    [Property]
    public bool Kept_blocks_are_what_the_plain_rule_keeps(byte[] tokens, byte block, byte times, byte figure)
    {
        int[] all = [.. tokens.Select(t => (int)t), .. Enumerable.Range(0, (block % 26 + 1) * (times % 20))
            .Select(i => 1000 + i % (block % 26 + 1))];
        return Repetition.Keep(all, IsFigure) == Plain(all);

        // Of the repeated block one in two has a figure.
        bool IsFigure(int token) => token == 1000 + figure % 52;

        int Plain(int[] t)
        {
            for (var p = 1; p <= 24; p++)
            {
                var n = p == 1 ? 8 : p == 2 ? 5 : p < 8 ? 4 : 3;
                if (t.Length < p * n) continue;
                var last = t[^p..];
                if (last.Any(IsFigure)) n *= 2;
                if (t.Length < p * n) continue;
                if (Enumerable.Range(0, n).All(b => t[(t.Length - p * (b + 1))..(t.Length - p * b)].SequenceEqual(last)))
                    return t.Length - p * (n - 1);
            }
            return 0;
        }
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(2.5, 4)]
    [InlineData(2.51, 4.5)]
    [InlineData(5.516375, 7.5)]
    [InlineData(27.9, 29.5)]
    [InlineData(28, 29.5)]
    public void Window_is_the_speech_and_a_tail_in_half_seconds(double speech, double window) =>
        Assert.Equal(window * 16_000, Rules.Settings.Window.Samples((int)Math.Round(speech * 16_000)));

    [Theory]
    [InlineData(" you", 0.92, -2.4, false)]
    [InlineData(" ...", 0, 0, false)]
    [InlineData(" Yes.", 0.5, -1.1, true)]
    [InlineData(" Yes.", 0.36, -1.21, false)]
    [InlineData(" Oui", 0.71, -0.91, false)]
    [InlineData(" Oui", 0.71, -0.89, true)]
    public void Gate_has_two_rules_and_needs_a_letter_or_digit(string text, double noSpeech, double average, bool speech) =>
        Assert.Equal(speech, SpeechGate.IsSpeech(text, noSpeech, average, Rules.Settings.Gate));

    private static Hypothesis Run(double seconds, params int[] rows)
    {
        var hypothesis = new Hypothesis(Rules, "en", seconds);
        foreach (var row in rows)
        {
            if (hypothesis.Stop is not null) break;
            var logits = Logits((row, 50));
            if (double.IsNaN(hypothesis.NoSpeech)) hypothesis.Begin(_ => logits);
            else hypothesis.Take(logits);
        }
        return hypothesis;
    }
}
