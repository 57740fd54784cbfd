using System.Runtime.InteropServices;
using SpeechQA.Engine.Speech.Recognition.Whisper.Tokens;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;

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

    /// <param name="least">A loose text less likely than this is given up on the way.</param>
    public TextSupport Score<T>(DecoderBatch<T> batch, ScoredText text, double least = double.NegativeInfinity) where T : class
    {
        if (text.Loose.Length > 0) return Spelt(batch, text, least);
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
        var last = Read(batch, rows);
        var stamps = LogSoftmax.LogSumExp(last[model.Rules.FirstStamp..]);
        var end = stamps + Math.Log(1 + Math.Exp(last[model.Rules.End] - stamps));
        return _each.Sum() + (end - LogSoftmax.LogSumExp(last));
    }

    /// <summary>Lets the model spell the loose stretch, from token to token the likeliest that fits.</summary>
    private TextSupport Spelt<T>(DecoderBatch<T> batch, ScoredText text, double least) where T : class
    {
        List<int> rows = [.. text.Before.Trim() is { Length: > 0 } before ? Rows(" " + before) : []];
        var first = rows.Count;
        var left = " " + LooseSpelling.Plain(text.Loose.Trim());
        while (left.Length > 0)
        {
            if (IsTooLong(rows.Count)) return Unread;
            var next = Read(batch, [.. rows]);
            if (model.Spelling.Best(left, next) is not var (row, letters)) return Unread;
            // What follows can only make it less likely.
            if (_each.Sum() + (next[row] - LogSoftmax.LogSumExp(next)) < least) return Unread;
            rows.Add(row);
            left = left[letters..];
        }
        var spelt = model.Vocabulary.Text(rows.Skip(first).Select(model.Vocabulary.IdOf)).Trim();
        return new TextSupport(Of(batch, [.. rows, .. text.After.Length > 0 ? Rows(text.After) : []]), spelt);
    }

    /// <summary>Reads a text after the prompt, as far as the last one was not the same. Returns the logits after it.</summary>
    private ReadOnlySpan<float> Read<T>(DecoderBatch<T> batch, ReadOnlySpan<int> text) where T : class
    {
        int[] rows = [.. _prompt, .. text];
        // The token before the first new one is read again, for the logits after it.
        var from = Math.Max(0, rows.AsSpan().CommonPrefixLength(CollectionsMarshal.AsSpan(_rows)) - 1);
        var pass = batch.Read(rows.AsSpan(from), first: Math.Max(0, _prompt.Length - 1 - from), after: from);
        _rows.RemoveRange(from, _rows.Count - from);
        _rows.AddRange(rows.AsSpan(from));
        var known = Math.Max(0, from + 1 - _prompt.Length);
        _each.RemoveRange(known, _each.Count - known);
        for (var i = known; i < text.Length; i++)
        {
            var logits = pass.Logits(_prompt.Length - 1 + i - from);
            _each.Add(logits[text[i]] - LogSoftmax.LogSumExp(logits));
        }
        return pass.Logits(rows.Length - 1 - from);
    }

    private int[] Rows(string text) => model.Vocabulary.RowsOf(model.Vocabulary.Encoder.Encode(text));

    /// <summary>No utterance has so many tokens.</summary>
    private bool IsTooLong(int tokens) => tokens > model.Settings.Ctx / 2;
}
