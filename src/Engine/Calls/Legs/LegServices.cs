using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Biasing;
using SpeechQA.Engine.Calls.Load;
using SpeechQA.Engine.Calls.Phonetic;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Facts;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Calls.Legs;

/// <summary>What every leg uses and no leg owns.</summary>
/// <param name="Inflection">Whose way of speaking is judged and with what; null: nobody's.</param>
/// <param name="Text">Reads what utterances mean; null: nobody does.</param>
internal sealed record LegServices(SileroModel Voice, ISpeechRecognizer Recognizer, TimeProvider Time, ILogger Logger,
    InflectionOptions? Inflection = null,
    TextModel? Text = null)
{
    /// <summary>What live calls give up when the machine is behind.</summary>
    public Overload Overload { get; init; } = new(Recognizer, Time);

    /// <summary>What the facts of a call rest on.</summary>
    public FactPhrases Facts { get; init; } = FactPhrases.None;

    /// <summary>What the recogniser is to prefer; null: nothing.</summary>
    public BiasSource? Bias { get; init; }

    /// <summary>Finds phrases by their sound; null: words count as they are written.</summary>
    public PhoneticConfirmation? Sounds { get; init; }

    /// <summary>An utterance with the phrases that it sounds like; as it is when nobody looks for them, or when that fails.</summary>
    /// <inheritdoc cref="PhoneticConfirmation.FindAsync"/>
    public async Task<Utterance> WithSoundsAsync(Utterance utterance, ReadOnlyMemory<float> samples, RecognitionKind kind,
        PhoneticAnswers known, EarlyLook? early = null)
    {
        if (Sounds is null) return utterance;
        try
        {
            var sounds = await Sounds.FindAsync(Recognizer, utterance, samples, kind, known, early).ConfigureAwait(false);
            return sounds.Count == 0 ? utterance : utterance with { Sounds = sounds };
        }
        catch (Exception e)
        {
            EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", "sound"));
            Logger.LogError(e, "The sounds of an utterance of {Seconds:F1} s could not be checked; its words count as they are written.",
                samples.Length / (double)AudioTime.Rate);
            return utterance;
        }
    }
}
