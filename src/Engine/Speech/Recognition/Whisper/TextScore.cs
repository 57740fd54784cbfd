namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>
/// How well audio supports a given text (teacher forcing): two texts of the same window can be compared by their sums; a
/// difference within one or two natural-log units means that the audio supports both about as well.
/// </summary>
/// <param name="LogProbabilities">Of each token after prompt and all tokens before it, without bias.</param>
/// <param name="End">That the text ends there: end of text or any stamp.</param>
internal sealed record TextScore(IReadOnlyList<double> LogProbabilities, double End)
{
    /// <summary>Of the whole text and its end.</summary>
    public double Sum => LogProbabilities.Sum() + End;

    /// <param name="batch">The utterance has entered it.</param>
    /// <param name="text">Rows of the graph, no stamps.</param>
    public static TextScore Of<T>(DecoderBatch<T> batch, DecodingRules rules, string language, ReadOnlySpan<int> text) where T : class
    {
        int[] prompt = rules.Prompt(language);
        var pass = batch.Read([.. prompt, .. text], first: prompt.Length - 1);
        var each = new double[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            var logits = pass.Logits(prompt.Length - 1 + i);
            each[i] = logits[text[i]] - LogSoftmax.LogSumExp(logits);
        }
        var last = pass.Logits(prompt.Length - 1 + text.Length);
        var stamps = LogSoftmax.LogSumExp(last[rules.FirstStamp..]);
        var end = stamps + Math.Log(1 + Math.Exp(last[rules.End] - stamps));
        return new TextScore(each, end - LogSoftmax.LogSumExp(last));
    }
}
