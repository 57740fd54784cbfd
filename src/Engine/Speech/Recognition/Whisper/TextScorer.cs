using System.Runtime.InteropServices;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>
/// How well the audio of the utterance that has entered a batch supports given texts (teacher forcing), without bias: the
/// log-probability of each token after prompt and all tokens before it, and that the text ends there (end of text or any stamp).
/// Texts share their beginnings: what the last one had in common with the next is not read again.
/// </summary>
internal sealed class TextScorer(WhisperModel model)
{
    private static readonly TextSupport Unread = new(double.NegativeInfinity, "");

    private readonly List<int> _rows = [];
    private readonly List<double> _each = [];
    private int[] _prompt = [];
    private DecoderPass? _pass;
    private int _from;

    /// <summary>Another utterance has entered.</summary>
    /// <param name="language">Code.</param>
    public void Begin(string language)
    {
        _prompt = model.Rules.Prompt(language);
        _rows.Clear();
        _each.Clear();
    }

    /// <summary>Of each token of the text read last.</summary>
    public IReadOnlyList<double> Each => _each;

    public TextSupport Score<T>(DecoderBatch<T> batch, ScoredText text) where T : class
    {
        if (text.Loose.Length > 0) return Spelt(batch, text);
        // What the model writes is not always the canonical encoding of its text: the better of both counts.
        var own = model.Vocabulary.RowsOf(text.Tokens);
        var score = own.Length > 0 ? Of(batch, own) : double.NegativeInfinity;
        return new TextSupport(Math.Max(score, Of(batch, Rows(" " + text.Before.Trim()))), "");
    }

    /// <summary>The log-probability of a text of so many tokens and its end.</summary>
    /// <param name="rows">Rows of the graph, no stamps.</param>
    public double Of<T>(DecoderBatch<T> batch, ReadOnlySpan<int> rows) where T : class
    {
        if (IsTooLong(rows.Length)) return double.NegativeInfinity;
        Read(batch, rows, known: rows.Length);
        var last = After(rows.Length);
        var stamps = LogSoftmax.LogSumExp(last[model.Rules.FirstStamp..]);
        var end = stamps + Math.Log(1 + Math.Exp(last[model.Rules.End] - stamps));
        return _each.Sum() + (end - LogSoftmax.LogSumExp(last));
    }

    /// <summary>
    /// Lets the model spell the loose stretch, from token to token the likeliest that fits. The usual tokens of what is left are read in one pass; as far
    /// as they are the likeliest none needs a pass of its own.
    /// </summary>
    private TextSupport Spelt<T>(DecoderBatch<T> batch, ScoredText text) where T : class
    {
        List<int> rows = [.. text.Before.Trim() is { Length: > 0 } before ? Rows(" " + before) : []];
        var first = rows.Count;
        var left = " " + LooseSpelling.Plain(text.Loose.Trim());
        while (left.Length > 0)
        {
            int[] usual = [.. rows, .. Rows(left)];
            if (IsTooLong(usual.Length)) return Unread;
            Read(batch, usual, known: rows.Count);
            do
            {
                if (model.Spelling.Best(left, After(rows.Count)) is not var (row, letters)) return Unread;
                rows.Add(row);
                left = left[letters..];
            }
            while (left.Length > 0 && rows[^1] == usual[rows.Count - 1]);
        }
        var spelt = model.Vocabulary.Text(rows.Skip(first).Select(model.Vocabulary.IdOf)).Trim();
        return new TextSupport(Of(batch, [.. rows, .. text.After.Length > 0 ? Rows(text.After) : []]), spelt);
    }

    /// <summary>Reads a text after the prompt, as far as the last one was not the same.</summary>
    /// <param name="known">So many of its tokens are certain: logits are there <see cref="After"/> these and all longer beginnings.</param>
    private void Read<T>(DecoderBatch<T> batch, ReadOnlySpan<int> text, int known) where T : class
    {
        int[] rows = [.. _prompt, .. text];
        // The token before the first new one is read again, for the logits after it.
        var from = Math.Max(0, Math.Min(rows.AsSpan().CommonPrefixLength(CollectionsMarshal.AsSpan(_rows)), _prompt.Length + known) - 1);
        var pass = batch.Read(rows.AsSpan(from), first: Math.Max(0, _prompt.Length - 1 - from), after: from);
        (_pass, _from) = (pass, from);
        _rows.RemoveRange(from, _rows.Count - from);
        _rows.AddRange(rows.AsSpan(from));
        var kept = Math.Max(0, from + 1 - _prompt.Length);
        _each.RemoveRange(kept, _each.Count - kept);
        for (var i = kept; i < text.Length; i++)
        {
            var logits = After(i);
            _each.Add(logits[text[i]] - LogSoftmax.LogSumExp(logits));
        }
    }

    /// <summary>The logits after so many tokens of the text read last.</summary>
    private ReadOnlySpan<float> After(int tokens) => _pass!.Logits(_prompt.Length - 1 + tokens - _from);

    private int[] Rows(string text) => model.Vocabulary.RowsOf(model.Vocabulary.Encoder.Encode(text));

    /// <summary>No utterance has so many tokens.</summary>
    private bool IsTooLong(int tokens) => tokens > model.Settings.Ctx / 2;
}
