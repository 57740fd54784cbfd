using System.Collections;
using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Tests.Fakes;

/// <summary>A recogniser whose answers to some requests throw when they are read.</summary>
/// <param name="spoils">Whether the answer to a request does.</param>
/// <param name="backlog">Asked how much waits.</param>
internal sealed class FaultyRecognizer(Func<RecognitionKind, bool> spoils, Func<double>? backlog = null) : ISpeechRecognizer
{
    private readonly FakeRecognizer _inner = new();

    public string Name => "faulty";

    public double Backlog => backlog?.Invoke() ?? 0;

    public async ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default)
    {
        var answer = await _inner.RecognizeAsync(request, cancellation);
        return spoils(request.Kind) ? answer with { Words = new Unreadable() } : answer;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Words that are there and cannot be read.</summary>
    private sealed class Unreadable : IReadOnlyList<RecognizedWord>
    {
        public int Count => 1;

        public RecognizedWord this[int index] => throw new InvalidOperationException("a fault of a word");

        public IEnumerator<RecognizedWord> GetEnumerator() => throw new InvalidOperationException("a fault of a word");

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
