using SpeechQA.Engine;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Host.Live;

namespace SpeechQA.Host;

/// <summary>
/// The engine of a command with what it stands on: models, recogniser, rules. Disposing it ends the calls first.
/// </summary>
internal sealed class EngineSetup : IAsyncDisposable
{
    private readonly IDisposable? _owned;

    /// <param name="voice">Owned from now on, as is the recogniser.</param>
    /// <param name="owned">Disposed last: what voice and recogniser stand on.</param>
    public EngineSetup(SileroModel voice, ISpeechRecognizer recognizer, IRuleSource rules, IReadOnlyList<string> languages,
        TimeProvider time, ILoggerFactory? logs = null, IDisposable? owned = null)
    {
        Lag = new TranscriptionLag(recognizer, time);
        Engine = new SpeechEngine(voice, Lag, rules, languages, time, logs?.CreateLogger<SpeechEngine>());
        _owned = owned;
    }

    public SpeechEngine Engine { get; }

    /// <summary>How far the engine's transcription is behind.</summary>
    public TranscriptionLag Lag { get; }

    /// <summary>Loads models and rules and starts the workers.</summary>
    /// <exception cref="BadInputException">A model or the rules cannot be used.</exception>
    public static EngineSetup Load(EngineOptions options, ILoggerFactory? logs = null, TimeProvider? time = null)
    {
        throw new NotImplementedException();
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync().ConfigureAwait(false);
        _owned?.Dispose();
    }
}
