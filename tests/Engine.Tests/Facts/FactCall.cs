using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Facts;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Tests.Rules;
using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Tests.Facts;

/// <summary>Runs synthetic calls through the collector as a call's timeline does.</summary>
internal static class FactCall
{
    private static readonly Lazy<FactPhrases> Phrases = new(() => FactPhrases.Load(Repository.Path("samples", "facts", "facts.yaml")));

    /// <summary>The facts file that comes with the program.</summary>
    public static FactPhrases Default => Phrases.Value;

    /// <param name="end">Duration, seconds.</param>
    /// <param name="text">Reads the utterances; null: no text model.</param>
    /// <param name="loud">Level of a leg at a time, dBov; quiet line at -60 otherwise.</param>
    public static CallFacts Facts(this TestCall call, Party[] parties, double end, TextModel? text = null, FactPhrases? phrases = null,
        Func<int, double, float>? loud = null)
    {
        var collector = new FactCollector(phrases ?? Default, new RuleCall(null, parties));
        foreach (var e in call.Events(end))
            collector.Apply(e switch
            {
                UtteranceSpoken spoken when text is not null => spoken with { Meaning = UtteranceMeaning.Read(text, spoken.Utterance) },
                TimePassed passed => passed with { Level = loud?.Invoke(passed.Leg, passed.Decided / 16_000.0) ?? -60, Noise = -60 },
                _ => e,
            });
        return collector.Finish();
    }
}
