using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SpeechQA.Engine.Biasing;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Facts;
using SpeechQA.Engine.Inference;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Meaning;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine;

/// <summary>
/// Follows calls. Audio goes into the pipes of a call's legs; transcripts and alerts come out of its log and of the feed
/// of all calls. See docs/architecture.md for the way in between.
/// </summary>
public sealed class SpeechEngine : IAsyncDisposable
{
    private readonly LegServices _services;
    private readonly Func<RuleCall, ICallRules> _rules;
    private readonly IRuleSource _source;

    /// <param name="voice">Voice activity model.</param>
    /// <param name="recognizer">Recogniser; owned from now on.</param>
    /// <param name="languages">Codes from which a language is chosen when a call says <c>auto</c>, best guess first.</param>
    /// <param name="rules">A fixed set, or a folder that reloads: calls under way follow it.</param>
    /// <param name="inflection">Whose way of speaking is judged; null: nobody's. Its model is not owned.</param>
    /// <param name="text">Reads what utterances mean; null: <c>meaning</c> and <c>sentiment</c> never fire. Not owned.</param>
    /// <param name="facts">Words that the facts of a call rest on; null: facts of time only.</param>
    /// <param name="bias">Words that the recogniser is to prefer; null: none.</param>
    /// <param name="sound">Finds phrases of the rules by their sound, too, where the recogniser can confirm them; null: words as written alone.</param>
    public SpeechEngine(SileroModel voice, ISpeechRecognizer recognizer, IRuleSource rules, IReadOnlyList<string> languages,
        TimeProvider? time = null, ILogger<SpeechEngine>? logger = null, InflectionOptions? inflection = null, TextModel? text = null,
        FactPhrases? facts = null, BiasSource? bias = null, SoundOptions? sound = null)
        : this(voice, recognizer, call => new CallRules(rules, call), languages, time, logger, inflection, text, rules, facts, bias, sound is null ? null : new SoundCheck(rules, sound))
    {
    }

    internal SpeechEngine(SileroModel voice, ISpeechRecognizer recognizer, Func<RuleCall, ICallRules> rules, IReadOnlyList<string> languages,
        TimeProvider? time = null, ILogger<SpeechEngine>? logger = null, InflectionOptions? inflection = null, TextModel? text = null, IRuleSource? source = null,
        FactPhrases? facts = null, BiasSource? bias = null, SoundCheck? sounds = null)
    {
        _services = new LegServices(voice, recognizer, time ?? TimeProvider.System, logger ?? NullLogger<SpeechEngine>.Instance, inflection, text)
        {
            Facts = facts ?? FactPhrases.None,
            Bias = bias,
            Sounds = sounds,
        };
        _source = source ?? RuleSet.Empty;
        _ = ModelCpu.Voice; // its counter exists from now on: a rate misses what a counter shows first
        if (sounds is not null && !recognizer.CanScore)
            _services.Logger.LogWarning("{Recognizer} cannot score texts: phrases are found by their words alone, not by their sound.", recognizer.Name);
        if (inflection is { Agent: true }) _services.Logger.LogWarning("{Notice}", InflectionOptions.AgentNotice);
        _rules = rules;
        Languages = languages;
    }

    public IReadOnlyList<string> Languages { get; }

    public CallRegistry Calls { get; } = new();

    /// <summary>The events of all calls.</summary>
    public EventFeed Feed { get; } = new();

    public ISpeechRecognizer Recognizer => _services.Recognizer;

    /// <summary>Opens a call, or answers the open one with the same external id (<c>Created</c> is false).</summary>
    /// <exception cref="BadInputException">No leg, more than two, or a language that is not configured.</exception>
    public (Call Call, bool Created) Open(CallOptions options)
    {
        if (options.Legs.Count is < 1 or > 2)
            throw new BadInputException($"A call of {options.Legs.Count} legs", "give one or two legs");
        if (options.Language != "auto" && !Languages.Contains(options.Language))
            throw new BadInputException($"Language '{options.Language}' is not one of {string.Join(", ", Languages)}", "give one of these or 'auto'");
        return Calls.Add(options.ExternalId, () => new Call(Guid.NewGuid().ToString("n")[..12], options, _services,
            _rules(new RuleCall(options.Queue, [.. options.Legs.Select(l => l.Party)])), _source.Current.SecretPatterns, Languages, Feed.Publish));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var call in Calls.All) call.End("the engine is stopping");
        await Task.WhenAll(Calls.All.Select(c => c.Completion)).ConfigureAwait(false);
        await _services.Recognizer.DisposeAsync().ConfigureAwait(false);
    }
}
