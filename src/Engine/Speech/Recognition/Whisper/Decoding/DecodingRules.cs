
using SpeechQA.Engine.Speech.Recognition.Whisper.Tokens;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;

/// <summary>
/// What may follow what: prompt, suppressed tokens, and the rules of time stamps, in rows of the graph. Shared, immutable.
/// </summary>
internal sealed class DecodingRules
{
    private readonly Vocabulary _vocabulary;
    private readonly int[] _suppress;
    private readonly int[] _suppressFirst;
    private readonly int _noTimestamps;
    private readonly int _noSpeech;

    public DecodingRules(WhisperSettings settings, Vocabulary vocabulary)
    {
        Settings = settings;
        _vocabulary = vocabulary;
        _suppress = vocabulary.RowsOf(settings.Suppress);
        _suppressFirst = vocabulary.RowsOf(settings.SuppressBegin);
        _noTimestamps = vocabulary.RowOf(settings.NoTimestamps);
        _noSpeech = vocabulary.RowOf(settings.NoSpeech);
        End = vocabulary.RowOf(settings.Eot);
        FirstStamp = vocabulary.RowOf(settings.TimestampBegin);
        IsFigure = row => vocabulary.BytesOf(vocabulary.IdOf(row)).ContainsAnyInRange((byte)'0', (byte)'9');
    }

    public WhisperSettings Settings { get; }

    /// <summary>Row of the end of text.</summary>
    public int End { get; }

    /// <summary>Row of &lt;|0.00|&gt;; every later row is a stamp 0.02 s further.</summary>
    public int FirstStamp { get; }

    public bool IsText(int row) => row < FirstStamp;

    /// <summary>Whether a row's text holds a figure.</summary>
    public Func<int, bool> IsFigure { get; }

    /// <summary>&lt;|startoftranscript|&gt; &lt;|language|&gt; &lt;|transcribe|&gt; &lt;|0.00|&gt;, rows.</summary>
    public int[] Prompt(string language) =>
        _vocabulary.RowsOf([Settings.Sot, Settings.Languages[language], Settings.Transcribe, Settings.TimestampBegin]);

    /// <summary>Most tokens of an utterance.</summary>
    public int Limit(double seconds) =>
        Math.Min((int)(Settings.Limit.Base + Settings.Limit.PerSecond * seconds), Settings.Ctx / 2);

    public double NoSpeechProbability(ReadOnlySpan<float> logits) =>
        Math.Exp(logits[_noSpeech] - LogSoftmax.LogSumExp(logits));

    /// <summary>Log-probabilities of languages after &lt;|startoftranscript|&gt;, normalised over them.</summary>
    public double[] Languages(ReadOnlySpan<float> logits, IReadOnlyList<string> allowed)
    {
        var x = new double[allowed.Count];
        for (var i = 0; i < x.Length; i++) x[i] = logits[_vocabulary.RowOf(Settings.Languages[allowed[i]])];
        var max = x.Max();
        var sum = max + Math.Log(x.Sum(v => Math.Exp(v - max)));
        for (var i = 0; i < x.Length; i++) x[i] -= sum;
        return x;
    }

    /// <summary>The most probable row that the rules allow.</summary>
    /// <param name="logits">[rows]; overwritten where a row is not allowed.</param>
    /// <param name="rows">What was chosen so far.</param>
    /// <param name="lastStamp">The latest time stamp so far, in units of 0.02 s.</param>
    public int Choose(Span<float> logits, ReadOnlySpan<int> rows, int lastStamp)
    {
        const float never = float.NegativeInfinity;
        foreach (var row in _suppress) logits[row] = never;
        if (rows.IsEmpty)
            foreach (var row in _suppressFirst) logits[row] = never;
        logits[_noTimestamps] = never;
        // <|0.00|>, the end of the prompt, counts as the first stamp.
        var afterStamp = rows.IsEmpty || !IsText(rows[^1]);
        var opened = afterStamp && (rows.Length < 2 || !IsText(rows[^2]));
        var text = logits[..FirstStamp];
        var stamps = logits[FirstStamp..];
        if (opened) return Best(text, 0);
        stamps[..Math.Min(stamps.Length, lastStamp + (afterStamp ? 0 : 1))].Fill(never);
        if (afterStamp) return Best(logits[End..], End);
        var best = LogSoftmax.Largest(text);
        return LogSoftmax.LogSumExp(stamps) > best ? Best(stamps, FirstStamp) : text.IndexOf(best);
    }

    private static int Best(ReadOnlySpan<float> logits, int first) => first + logits.IndexOf(LogSoftmax.Largest(logits));
}
