using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SpeechQA.Engine.Biasing;
using SpeechQA.Engine.Calls.Phonetic;
using SpeechQA.Engine.Facts;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine;

/// <summary>What a <see cref="SpeechEngine"/> does beside recognising words and running rules; each part may be left out.</summary>
public sealed record SpeechEngineOptions
{
    /// <summary>Measures stages and deadlines; decisions rest on audio time alone. Default: the system's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Default: nothing is logged.</summary>
    public ILogger<SpeechEngine> Logger { get; init; } = NullLogger<SpeechEngine>.Instance;

    /// <summary>Whose way of speaking is judged; null: nobody's. Its model is not owned.</summary>
    public InflectionOptions? Inflection { get; init; }

    /// <summary>Reads what utterances mean; null: conditions on <c>meaning</c> and <c>sentiment</c> never fire. Not owned.</summary>
    public TextModel? Text { get; init; }

    /// <summary>Words that the facts of a call rest on; default: facts of time only.</summary>
    public FactPhrases Facts { get; init; } = FactPhrases.None;

    /// <summary>Words that the recogniser is to prefer; null: none.</summary>
    public BiasSource? Bias { get; init; }

    /// <summary>
    /// Finds phrases of the rules by their sound, too, where the recogniser can confirm them; null: words as written alone.
    /// </summary>
    public PhoneticOptions? Sound { get; init; }
}
