using System.Text;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;
using SpeechQA.Engine.Speech.Recognition.Whisper.Tokens;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.WordTimes;

/// <summary>
/// Word times from the alignment heads' cross-attention, the method of OpenAI's whisper (timing.py): normalise over the
/// tokens, median over time, mean over the heads, then the cheapest monotonic path through tokens and frames.
/// </summary>
/// <remarks>Holds scratch memory: one instance per thread.</remarks>
internal sealed class WordTimer(DecodingRules rules, Vocabulary vocabulary)
{
    /// <summary>Seconds per frame of cross-attention.</summary>
    public const double Frame = 0.02;

    private const int LeastFrames = 4;

    private double[] _mean = [];
    private double[] _head = [];

    /// <summary>Frames that belong to the speech.</summary>
    public static int Frames(double seconds) => Math.Max(LeastFrames, (int)Math.Ceiling(seconds / Frame));

    /// <summary>The words of a finished hypothesis with their times in seconds, in order.</summary>
    public IReadOnlyList<RecognizedWord> Words(Hypothesis hypothesis)
    {
        var rows = hypothesis.Rows;
        var starts = Starts(hypothesis);
        if (starts.Length == 0) return [];
        var words = new List<Word>();
        for (var k = 0; k < rows.Length; k++)
            if (rules.IsText(rows[k]))
                Append(words, vocabulary.BytesOf(vocabulary.IdOf(rows[k])), starts[k], starts[k + 1], hypothesis.LogProbabilities[k]);
        if (words.Count > 0)
            words[^1].CutAt(Math.Min(hypothesis.Seconds, hypothesis.EndStamp is > 0 and { } end ? end : hypothesis.Seconds));
        return [.. words.Select(w => w.Finish())];
    }

    private static void Append(List<Word> words, ReadOnlySpan<byte> piece, double start, double end, double logProbability)
    {
        var mark = IsMark(piece);
        var joins = words.Count > 0 && (mark || !piece.StartsWith(" "u8));
        if (!joins) words.Add(new Word(start, end));
        words[^1].Add(piece, logProbability);
        // Punctuation joins the word but does not lengthen it.
        if (joins && !mark) words[^1].End = end;
    }

    private static bool IsMark(ReadOnlySpan<byte> piece)
    {
        var text = piece.Trim((byte)' ');
        return !text.IsEmpty && text.IndexOfAnyExcept(".,!?;:%)\"'"u8) < 0;
    }

    /// <summary>Start of every token of the hypothesis, then two ends; empty when it holds no text.</summary>
    private double[] Starts(Hypothesis hypothesis)
    {
        var anyText = false;
        foreach (var row in hypothesis.Rows) anyText |= rules.IsText(row);
        if (!anyText) return [];
        var trace = hypothesis.Attention;
        var tokens = hypothesis.Rows.Length;
        var mean = Focus(trace, Math.Min(trace.Tokens, hypothesis.Prompt + tokens));
        // Row k: what was read when token k was predicted.
        var from = hypothesis.Prompt - 1;
        var count = Math.Min(mean.Length / trace.Frames - from, tokens + 1);
        var first = TimeWarp.FirstFrames(mean.Slice(from * trace.Frames, count * trace.Frames), count);
        var starts = new double[tokens + 2];
        starts.AsSpan().Fill(Math.Min(hypothesis.Seconds, trace.Frames * Frame));
        for (var i = 0; i < count; i++) starts[i] = first[i] * Frame;
        return starts;
    }

    /// <summary>[tokens, frames]: attention, standardised over the tokens per head and frame, smoothed, mean over heads.</summary>
    private Span<double> Focus(AttentionTrace trace, int tokens)
    {
        var frames = trace.Frames;
        if (_mean.Length < tokens * frames) (_mean, _head) = (new double[tokens * frames], new double[tokens * frames]);
        var mean = _mean.AsSpan(0, tokens * frames);
        var head = _head.AsSpan(0, tokens * frames);
        var smooth = new double[frames];
        mean.Clear();
        for (var h = 0; h < trace.Heads; h++)
        {
            for (var t = 0; t < tokens; t++) Share(trace.Row(t, h), head.Slice(t * frames, frames));
            Standardise(head, tokens, frames);
            for (var t = 0; t < tokens; t++)
            {
                MedianFilter.Seven(head.Slice(t * frames, frames), smooth);
                var into = mean.Slice(t * frames, frames);
                for (var f = 0; f < frames; f++) into[f] += smooth[f];
            }
        }
        for (var i = 0; i < mean.Length; i++) mean[i] /= trace.Heads;
        return mean;
    }

    private static void Share(ReadOnlySpan<float> attention, Span<double> into)
    {
        var sum = 0.0;
        for (var f = 0; f < into.Length; f++) sum += into[f] = attention[f];
        sum = Math.Max(sum, 1e-12);
        for (var f = 0; f < into.Length; f++) into[f] /= sum;
    }

    private static void Standardise(Span<double> values, int tokens, int frames)
    {
        for (var f = 0; f < frames; f++)
        {
            var (sum, squares) = (0.0, 0.0);
            for (var i = f; i < values.Length; i += frames) sum += values[i];
            var mean = sum / tokens;
            for (var i = f; i < values.Length; i += frames) squares += (values[i] - mean) * (values[i] - mean);
            var deviation = Math.Max(Math.Sqrt(squares / tokens), 1e-9);
            for (var i = f; i < values.Length; i += frames) values[i] = (values[i] - mean) / deviation;
        }
    }

    private sealed class Word(double start, double end)
    {
        private readonly List<byte> _bytes = [];
        private double _logProbability;
        private int _tokens;

        public double End { get; set; } = end;

        public void Add(ReadOnlySpan<byte> piece, double logProbability)
        {
            foreach (var b in piece) _bytes.Add(b);
            _logProbability += logProbability;
            _tokens++;
        }

        public void CutAt(double limit) => End = Math.Max(start + Frame, Math.Min(End, limit));

        public RecognizedWord Finish() => new(
            Encoding.UTF8.GetString([.. _bytes]).Trim(),
            (float)Math.Round(start, 2),
            (float)Math.Round(End, 2),
            (float)(_logProbability / _tokens));
    }
}
