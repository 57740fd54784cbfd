using Microsoft.Extensions.Logging.Abstractions;
using SpeechQA.Engine;
using SpeechQA.Engine.Biasing;
using SpeechQA.Engine.Calls.Phonetic;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Facts;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Reading;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.TextModels;
using SpeechQA.Host.Live;
using SpeechQA.Host.Metrics;
using SpeechQA.WhisperNet;

namespace SpeechQA.Host;

/// <summary>
/// The engine of a command with what it stands on: models, recogniser, rules. Disposing it ends the calls first.
/// </summary>
internal sealed partial class EngineSetup : IAsyncDisposable
{
    private static readonly string DefaultRules = Path.Combine("samples", "rules");
    private static readonly string DefaultFacts = Path.Combine("samples", "facts", "facts.yaml");

    private readonly IDisposable[] _owned;

    /// <param name="recognizer">Owned from now on.</param>
    /// <param name="inflection">Whose way of speaking is judged; null: nobody's.</param>
    /// <param name="text">Reads what utterances mean; null: nobody does.</param>
    /// <param name="facts">Words that the facts of a call rest on; null: facts of time only.</param>
    /// <param name="bias">Words that the recogniser is to prefer; null: none.</param>
    /// <param name="sound">How phrases of the rules are found by their sound; null: words as written alone.</param>
    /// <param name="owned">Disposed last: what voice, recogniser, inflection and rules stand on.</param>
    public EngineSetup(SileroModel voice, ISpeechRecognizer recognizer, IRuleSource rules, IReadOnlyList<string> languages,
        TimeProvider time, ILoggerFactory? logs = null, InflectionOptions? inflection = null, TextModel? text = null,
        FactPhrases? facts = null, BiasSource? bias = null, PhoneticOptions? sound = null, params IDisposable[] owned)
    {
        Recognizer = recognizer;
        Lag = new TranscriptionLag(recognizer, time);
        Engine = new SpeechEngine(voice, Lag, rules, languages, new SpeechEngineOptions
        {
            Time = time,
            Logger = logs?.CreateLogger<SpeechEngine>() ?? NullLogger<SpeechEngine>.Instance,
            Inflection = inflection,
            Text = text,
            Facts = facts ?? FactPhrases.None,
            Bias = bias,
            Sound = sound,
        });
        _owned = owned;
    }

    public SpeechEngine Engine { get; }

    /// <summary>The recogniser itself, without what watches it.</summary>
    public ISpeechRecognizer Recognizer { get; private init; }

    /// <summary>How far the engine's transcription is behind.</summary>
    public TranscriptionLag Lag { get; }

    /// <summary>What the licence of a model in use asks to be said, one line each.</summary>
    public IReadOnlyList<string> Notices { get; private init; } = [];

    /// <summary>Loads models and rules and starts the workers.</summary>
    /// <param name="watch">Puts something that measures before the recogniser; null: nothing.</param>
    /// <exception cref="BadInputException">A model or the rules cannot be used.</exception>
    public static EngineSetup Load(EngineOptions options, ILoggerFactory? logs = null, TimeProvider? time = null,
        Func<ISpeechRecognizer, ISpeechRecognizer>? watch = null)
    {
        time ??= TimeProvider.System;
        RuleFolder? rules = null;
        ModelSessions? sessions = null;
        InflectionHead? head = null;
        TextModel? text = null;
        SiteBaselineFile? site = null;
        try
        {
            // Read in a moment: a mistake in it should not wait for models to load.
            var vocabulary = options.Vocabulary is { } file ? CustomerVocabulary.Read(file, options.Languages) : CustomerVocabulary.Empty;
            sessions = new ModelSessions(ModelFolder.Find(options.Models));
            text = TextModel.Open(sessions);
            // Rules before the large models: a mistake in them should not wait.
            rules = new RuleFolder(options.Rules ?? ProgramFolder.Find(DefaultRules, "name a rule file or folder with --rules"), time, text,
                logs?.CreateLogger<RuleFolder>());
            TellChanges(rules, logs?.CreateLogger<EngineSetup>() ?? NullLogger<EngineSetup>.Instance);
            var facts = FactPhrases.Load(options.Facts ?? ProgramFolder.Find(DefaultFacts, "name a facts file with --facts"), text);
            var (recognizer, known) = Open(options, sessions, time);
            foreach (var language in options.Languages.Except(known))
                throw new BadInputException($"language '{language}': the model does not know it",
                    "use codes such as en or fr with --languages");
            head = InflectionHead.Open(options.Inflection, sessions);
            if (options.Site is not null) site = SiteBaselineFile.Open(options.Site, head, time, logs);
            return new EngineSetup(SileroModel.Open(sessions.Folder), watch?.Invoke(recognizer) ?? recognizer, rules, options.Languages,
                time, logs, new InflectionOptions(head.Model, options.InflectionAgent) { Site = site?.Baselines }, text, facts,
                new BiasSource(rules, vocabulary, options.Bias, options.Languages), options.Sound,
                [.. new IDisposable?[] { site, rules, head, text, sessions }.OfType<IDisposable>()])
            {
                Recognizer = recognizer,
                Notices = head.Notice is null ? [] : [head.Notice],
            };
        }
        catch
        {
            rules?.Dispose();
            site?.Dispose();
            head?.Dispose();
            text?.Dispose();
            sessions?.Dispose();
            throw;
        }
    }

    private static (ISpeechRecognizer Recognizer, IReadOnlyCollection<string> Languages) Open(EngineOptions options, ModelSessions sessions,
        TimeProvider time)
    {
        if (options.WhisperModel is { } file)
        {
            var whisperNet = new WhisperNetRecognizer(file, options.Workers, time);
            return (whisperNet, whisperNet.Languages);
        }
        var own = new WhisperRecognizer(sessions, new WhisperOptions { Workers = options.Workers }, time);
        return (own, own.Languages);
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
