using Microsoft.Extensions.Logging.Abstractions;
using SpeechQA.Engine;
using SpeechQA.Engine.Biasing;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Inference;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Reading;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Host.Live;
using SpeechQA.Host.Metrics;

namespace SpeechQA.Host;

/// <summary>
/// The engine of a command with what it stands on: models, recogniser, rules. Disposing it ends the calls first.
/// </summary>
internal sealed partial class EngineSetup : IAsyncDisposable
{
    private static readonly string DefaultRules = Path.Combine("samples", "rules");

    private readonly IDisposable[] _owned;

    /// <param name="voice">Owned from now on, as is the recogniser.</param>
    /// <param name="inflection">Whose way of speaking is judged; null: nobody's.</param>
    /// <param name="bias">Words that the recogniser is to prefer; null: none.</param>
    /// <param name="sound">How phrases of the rules are found by their sound; null: words as written alone.</param>
    /// <param name="owned">Disposed last: what voice, recogniser, inflection and rules stand on.</param>
    public EngineSetup(SileroModel voice, ISpeechRecognizer recognizer, IRuleSource rules, IReadOnlyList<string> languages,
        TimeProvider time, ILoggerFactory? logs = null, InflectionOptions? inflection = null, BiasSource? bias = null, SoundOptions? sound = null, params IDisposable[] owned)
    {
        Recognizer = recognizer;
        Lag = new TranscriptionLag(recognizer, time);
        Engine = new SpeechEngine(voice, Lag, rules, languages, time, logs?.CreateLogger<SpeechEngine>(), inflection, bias, sound);
        _owned = owned;
    }

    public SpeechEngine Engine { get; }

    /// <summary>The recogniser itself, without what watches it.</summary>
    public ISpeechRecognizer Recognizer { get; }

    /// <summary>How far the engine's transcription is behind.</summary>
    public TranscriptionLag Lag { get; }

    /// <summary>What the licence of a model in use asks to be said, one line each.</summary>
    public IReadOnlyList<string> Notices { get; private init; } = [];

    /// <summary>Loads models and rules and starts the workers.</summary>
    /// <exception cref="BadInputException">A model or the rules cannot be used.</exception>
    public static EngineSetup Load(EngineOptions options, ILoggerFactory? logs = null, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        // Rules and vocabulary first: they are read in milliseconds, and a mistake in them should not wait for models to load.
        var vocabulary = options.Vocabulary is { } file ? CustomerVocabulary.Read(file, options.Languages) : CustomerVocabulary.Empty;
        var rules = new RuleFolder(options.Rules ?? ProgramFolder.Find(DefaultRules, "name a rule file or folder with --rules"), time);
        ModelSessions? sessions = null;
        InflectionHead? head = null;
        try
        {
            TellChanges(rules, logs?.CreateLogger<EngineSetup>() ?? NullLogger<EngineSetup>.Instance);
            sessions = new ModelSessions(ModelFolder.Find(options.Models));
            var recognizer = new WhisperRecognizer(sessions, new WhisperOptions { Workers = options.Workers }, time);
            foreach (var language in options.Languages.Except(recognizer.Languages))
                throw new BadInputException($"language '{language}': the model does not know it", "use codes such as en or fr");
            head = InflectionHead.Open(options.Inflection, sessions);
            return new EngineSetup(new SileroModel(sessions.Open("silero-vad/silero_vad.onnx")), recognizer, rules, options.Languages, time, logs,
                new InflectionOptions(head.Model, options.InflectionAgent), new BiasSource(rules, vocabulary, options.Bias, options.Languages), options.Sound, head, sessions, rules)
            {
                Notices = head.Notice is null ? [] : [head.Notice],
            };
        }
        catch
        {
            head?.Dispose();
            sessions?.Dispose();
            rules.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync().ConfigureAwait(false);
        foreach (var owned in _owned) owned.Dispose();
    }

    private static void TellChanges(RuleFolder rules, ILogger logger) => rules.Changed += reading =>
    {
        HostMetrics.RuleReloads.Add(1, new KeyValuePair<string, object?>("outcome", reading.Set is null ? "refused" : "taken"));
        if (reading.Set is { } set) LogRulesChanged(logger, set.Rules.Count, set.Version);
        foreach (var error in reading.Errors) LogRulesRefused(logger, error);
    };

    [LoggerMessage(10, LogLevel.Information, "Rules changed: {Count} rules, version {Version}.")]
    private static partial void LogRulesChanged(ILogger logger, int count, string version);

    [LoggerMessage(11, LogLevel.Warning, "The changed rules are not used, the old ones stay in force: {Error}")]
    private static partial void LogRulesRefused(ILogger logger, RuleError error);
}
