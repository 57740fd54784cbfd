using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Recognition;
using Whisper.net;

namespace SpeechQA.WhisperNet;

/// <summary>
/// The language of an utterance while its leg's is open. Whisper.net tells the probability of one language at a time and encodes 30 s for
/// it, so the others are asked for only where the first leaves them enough to matter.
/// </summary>
internal sealed class LanguageVote(WhisperFactory factory)
{
    /// <summary>
    /// What the likeliest language must leave to the others for these to be asked: less cannot undo a lock by one utterance.
    /// </summary>
    private static readonly double Rest = Math.Exp(-LegLanguage.LockLead);

    private const double Least = 1e-9;

    public string Of(RecognitionRequest request, ReadOnlyMemory<float> samples)
    {
        var language = request.Language;
        if (language.Locked is { } locked) return locked;
        // A partial's speech comes again with the final: it follows the votes and casts none.
        var seconds = request.Kind == RecognitionKind.Partial ? 0 : AudioTime.Seconds(request.Samples.Length);
        if (language.HasVotes && seconds < LegLanguage.ShortestVote) return language.Decide(new double[language.Allowed.Count], seconds);
        return language.Decide(LogProbabilities(language.Allowed, samples.Span), seconds);
    }

    private double[] LogProbabilities(IReadOnlyList<string> allowed, ReadOnlySpan<float> samples)
    {
        using var processor = factory.CreateBuilder().WithLanguageDetection().WithThreads(1).Build();
        var (likeliest, most) = processor.DetectLanguageWithProbability(samples, [.. allowed]);
        var best = Math.Max(0, allowed.Index().FirstOrDefault(l => l.Item == likeliest).Index);
        var votes = new double[allowed.Count];
        for (var i = 0; i < votes.Length; i++)
        {
            if (i == best) votes[i] = most;
            else if (1 - most < Rest) votes[i] = (1 - most) / (votes.Length - 1);
            else votes[i] = processor.DetectLanguageWithProbability(samples, allowed[i]).probability;
        }
        var sum = votes.Sum(v => Math.Max(v, Least));
        return [.. votes.Select(v => Math.Log(Math.Max(v, Least) / sum))];
    }
}
