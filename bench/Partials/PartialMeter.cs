using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Bench.Partials;

/// <summary>What partials asked of a recogniser.</summary>
/// <param name="Partials">Partials recognised.</param>
/// <param name="Seconds">Speech in them; every window counts whole.</param>
/// <param name="Tokens">Text tokens in their results.</param>
/// <param name="Drafted">Tokens of their drafts.</param>
/// <param name="Accepted">Tokens of drafts that were kept, so that nobody had to decode them.</param>
internal sealed record PartialWork(int Partials, double Seconds, long Tokens, long Drafted, long Accepted);

/// <summary>Stands in front of a recogniser and counts the partials.</summary>
internal sealed class PartialMeter(ISpeechRecognizer inner) : RecognizerInFront(inner)
{
    private readonly Lock _lock = new();
    private PartialWork _work = new(0, 0, 0, 0, 0);

    /// <summary>What was counted since the last call.</summary>
    public PartialWork Take()
    {
        lock (_lock)
        {
            var work = _work;
            _work = new PartialWork(0, 0, 0, 0, 0);
            return work;
        }
    }

    public override async ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default)
    {
        var result = await base.RecognizeAsync(request, cancellation).ConfigureAwait(false);
        if (request.Kind != RecognitionKind.Partial) return result;
        lock (_lock)
        {
            _work = new PartialWork(_work.Partials + 1, _work.Seconds + request.Samples.Length / (double)Engine.Core.AudioTime.Rate,
                _work.Tokens + result.Tokens.Count,
                _work.Drafted + (request.Draft?.Tokens.Count ?? 0), _work.Accepted + result.DraftAccepted);
        }
        return result;
    }
}
