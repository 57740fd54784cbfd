using SpeechQA.Engine;

namespace SpeechQA.Host;

/// <summary>
/// The engine of a command with what it stands on: models, recogniser, rules. Disposing it ends the calls first.
/// </summary>
internal sealed class EngineSetup : IAsyncDisposable
{
    private readonly IDisposable? _owned;

    public EngineSetup(SpeechEngine engine, IDisposable? owned = null) => (Engine, _owned) = (engine, owned);

    public SpeechEngine Engine { get; }

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
