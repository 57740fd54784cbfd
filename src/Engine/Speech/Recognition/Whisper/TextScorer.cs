namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>Scores texts of the utterance that has entered a batch: a pass each; one more and a step for each token where a stretch is loose.</summary>
internal sealed class TextScorer(WhisperModel model)
{
    private static readonly TextSupport Unread = new(double.NegativeInfinity, "");

    public TextSupport Score<T>(DecoderBatch<T> batch, ScoredText text, string language) where T : class
    {
        if (text.Loose.Length > 0) return Spelt(batch, text, language);
        // What the model writes is not always the canonical encoding of its text: the better of both counts.
        var written = Rows(" " + text.Before.Trim());
        var own = model.Vocabulary.RowsOf(text.Tokens);
        var score = Of(batch, language, written);
        return new TextSupport(own.Length > 0 && !own.SequenceEqual(written) ? Math.Max(score, Of(batch, language, own)) : score, "");
    }

    private TextSupport Spelt<T>(DecoderBatch<T> batch, ScoredText text, string language) where T : class
    {
        var rows = text.Before.Trim() is { Length: > 0 } before ? Rows(" " + before) : [];
        if (IsTooLong(rows)) return Unread;
        var first = rows.Length;
        var left = " " + LooseSpelling.Plain(text.Loose.Trim());
        int[] read = [.. model.Rules.Prompt(language), .. rows];
        var logits = batch.Read(read, first: read.Length - 1).Logits(read.Length - 1);
        while (true)
        {
            if (IsTooLong(rows) || model.Spelling.Best(left, logits) is not var (row, letters)) return Unread;
            rows = [.. rows, row];
            left = left[letters..];
            if (left.Length == 0) break;
            logits = batch.Read([row], after: read.Length + rows.Length - first - 1).Logits(0);
        }
        var spelt = model.Vocabulary.Text(rows[first..].Select(model.Vocabulary.IdOf)).Trim();
        return new TextSupport(Of(batch, language, [.. rows, .. text.After.Length > 0 ? Rows(text.After) : []]), spelt);
    }

    private int[] Rows(string text) => model.Vocabulary.RowsOf(model.Vocabulary.Encoder.Encode(text));

    private double Of<T>(DecoderBatch<T> batch, string language, int[] rows) where T : class =>
        IsTooLong(rows) ? double.NegativeInfinity : TextScore.Of(batch, model.Rules, language, rows).Sum;

    /// <summary>No utterance has so many tokens.</summary>
    private bool IsTooLong(int[] rows) => rows.Length > model.Settings.Ctx / 2;
}
