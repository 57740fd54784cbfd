using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Calls.Legs;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Calls.Phonetic;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;
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
    /// <param name="rules">A fixed set, or a folder that reloads: calls under way follow it.</param>
    /// <param name="languages">Codes from which a language is chosen when a call says <c>auto</c>, best guess first.</param>
    /// <param name="options">Everything else; null: the defaults.</param>
    public SpeechEngine(SileroModel voice, ISpeechRecognizer recognizer, IRuleSource rules, IReadOnlyList<string> languages,
        SpeechEngineOptions? options = null)
        : this(voice, recognizer, call => new CallRules(rules, call), rules, languages, options)
    {
    }

    /// <summary>With other rules than those of the rule language, which bring neither secrets nor phrases to find by sound.</summary>
    internal SpeechEngine(SileroModel voice, ISpeechRecognizer recognizer, Func<RuleCall, ICallRules> rules,
        IReadOnlyList<string> languages,
        SpeechEngineOptions? options = null)
        : this(voice, recognizer, rules, RuleSet.Empty, languages, options)
    {
    }

    private SpeechEngine(SileroModel voice, ISpeechRecognizer recognizer, Func<RuleCall, ICallRules> rules, IRuleSource source,
        IReadOnlyList<string> languages, SpeechEngineOptions? options)
    {
        options ??= new SpeechEngineOptions();
        _services = new LegServices(voice, recognizer, options.Time, options.Logger, options.Inflection, options.Text)
        {
            Facts = options.Facts,
            Bias = options.Bias,
            Sounds = options.Sound is { } sound ? new PhoneticConfirmation(source, sound) : null,
        };
        _source = source;
        if (options.Sound is not null && !recognizer.CanScore)
            options.Logger.LogWarning("{Recognizer} cannot score texts: phrases are found by their words alone, not by their sound.",
                recognizer.Name);
        if (options.Inflection is { Agent: true }) options.Logger.LogWarning("{Notice}", InflectionOptions.AgentNotice);
        Calls = new CallRegistry(options.Logger);
        _rules = rules;
        Languages = languages;
    }

    /// <summary>Codes from which a language is chosen when a call says <c>auto</c>, best guess first.</summary>
    public IReadOnlyList<string> Languages { get; }

    /// <summary>The calls that are open, and those that ended a while ago.</summary>
    public CallRegistry Calls { get; }

    /// <summary>The events of all calls.</summary>
    public EventFeed Feed { get; } = new();

    /// <summary>Shared by all calls.</summary>
    public ISpeechRecognizer Recognizer => _services.Recognizer;

    /// <summary>Opens a call, or answers the open one with the same external id (<c>Created</c> is false).</summary>
    /// <param name="opening">Runs before a new call is made, and may refuse it by an exception; not for a call that is open
    /// already.</param>
    /// <exception cref="BadInputException">No leg, more than two, or a language that is not configured.</exception>
    public (Call Call, bool Created) Open(CallOptions options, Action? opening = null)
    {
        if (options.Legs.Count is < 1 or > 2)
            throw new BadInputException($"A call of {options.Legs.Count} legs", "give one or two legs");
        if (options.Language != "auto" && !Languages.Contains(options.Language))
            throw new BadInputException($"Language '{options.Language}' is not one of {string.Join(", ", Languages)}",
                "give one of these or 'auto'");
        return Calls.Add(options.ExternalId, () =>
        {
            opening?.Invoke();
            return NewCall(options);
        });
    }

    private Call NewCall(CallOptions options) =>
        new(Guid.NewGuid().ToString("n")[..12], options, _services, RulingOf(options), Languages, Feed.Publish);

    private CallRuling RulingOf(CallOptions options)
    {
        Party[] parties = [.. options.Legs.Select(l => l.Party)];
        var call = new RuleCall(options.Queue, parties) { Voices = LegVoice.Of(parties) };
        return new CallRuling(_rules(call), call, _source.Current.SecretPatterns);
    }

    /// <summary>
    /// Makes the counts known that should read 0 before the first: a rate that begins with its first increment misses it.
    /// </summary>
    public static void AnnounceMetrics()
    {
        EngineMetrics.Announce();
        foreach (var kind in SoundWarningKind.All) EngineMetrics.LineWarnings.Add(0, new KeyValuePair<string, object?>("kind", kind));
        RtpMetrics.Announce();
        _ = ModelCpu.Voice;
    }

    /// <summary>Ends all calls, waits for what they still have to say, and disposes of the recogniser.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var call in Calls.All) call.End("the engine is stopping");
        await Task.WhenAll(Calls.All.Select(c => c.Completion)).ConfigureAwait(false);
        await _services.Recognizer.DisposeAsync().ConfigureAwait(false);
    }
}
