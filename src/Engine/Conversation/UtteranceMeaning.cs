using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Conversation;

/// <summary>A stretch of an utterance as the text model reads it. Positions are samples at 16 kHz since the start of the call.</summary>
public sealed record MeaningWindow(long Start, long End, string Text, int Words, TextReading Reading);

/// <summary>What an utterance means: one window, or several when it has several sentences.</summary>
public sealed class UtteranceMeaning
{
    private UtteranceMeaning(TextModel model, IReadOnlyList<MeaningWindow> windows) => (Model, Windows) = (model, windows);

    /// <summary>Who read it.</summary>
    public TextModel Model { get; }

    /// <summary>At least one.</summary>
    public IReadOnlyList<MeaningWindow> Windows { get; }

    /// <summary>-1..1: the windows' mean, weighted by their words.</summary>
    public double Sentiment => Windows.Sum(w => w.Reading.Sentiment * (double)w.Words) / Windows.Sum(w => w.Words);

    /// <summary>Reads a final utterance; about 1 ms for each window.</summary>
    public static UtteranceMeaning Read(TextModel model, Utterance utterance)
    {
        if (utterance.Words.Count == 0)
            return new UtteranceMeaning(model, [Window(model, utterance.Start, utterance.End, utterance.Text, 1)]);
        return new UtteranceMeaning(model, [.. TextWindows.Over(utterance.Words).Select(range =>
        {
            SpokenWord[] words = [.. utterance.Words.Take(range)];
            return Window(model, words[0].Start, words[^1].End, string.Join(' ', words.Select(w => w.Text.Trim())), words.Length);
        })]);
    }

    /// <summary>The largest output of an intent and where it was.</summary>
    /// <param name="intent">Index in <see cref="TextModel.Intents"/>.</param>
    public (float Output, MeaningWindow Window) Intent(int intent) => Largest(w => w.Reading.Intents[intent]);

    /// <summary>The largest score of a rule and where it was.</summary>
    public (float Score, MeaningWindow Window) Score(SemanticRule rule) => Largest(w => rule.Score(w.Reading.Embedding));

    private (float, MeaningWindow) Largest(Func<MeaningWindow, float> output) => Windows.Select(w => (output(w), w)).MaxBy(o => o.Item1);

    private static MeaningWindow Window(TextModel model, long start, long end, string text, int words)
    {
        var reading = model.NewReading();
        model.Read(text, reading);
        return new MeaningWindow(start, end, text, words, reading);
    }
}
