using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Analysis;

namespace SpeechQA.Host.Tests.Output;

/// <summary>A small call, made by hand.</summary>
internal static class SampleAnalysis
{
    public static CallFacts Facts() => new()
    {
        Version = "2-00000000",
        DurationSeconds = 81.2,
        Parties =
        [
            new PartyFacts(Party.Customer, 1, 35, 0.7, 105, 180, 1, new SentimentFacts(-0.25, [-0.5, null, 0, 0.5], 0.1, -0.4)),
            new PartyFacts(Party.Agent, 0, 15, 0.3, 40, null, 0, null),
        ],
        OverlapSeconds = 1.5,
        Interruptions = [new Interruption(Party.Customer, 1, Party.Agent, 0, 20, 1.5)],
        Silence = new SilenceFacts(1, 9.5, 0.117, new TimeStretch(30, 39.5, 9.5)),
        Hold = new HoldFacts(1, 9.5, [new HoldStretch(30, 39.5, 9.5, "silence", null)]),
        ProblemResolved = new SaidFact(true, [new FactEvidence("solved-customer", Party.Customer, 1, 70, 71, "ça marche", "words",
            "ça marche", null, null)]),
        Greeting = new SaidFact(false, []),
        RecordingNotice = SaidFact.Unknown,
        FurtherHelp = SaidFact.Unknown,
        Empathy = SaidFact.Unknown,
        CallbackPromised = SaidFact.Unknown,
    };

    public static CallAnalysis Create(params SoundWarning[] warnings) => new()
    {
        Source = "folder/appel.wav",
        Language = "fr",
        Duration = 81.2,
        Parties = [Party.Agent, Party.Customer],
        Utterances =
        [
            new Utterance(1, Party.Customer, 0, 49_600, 99_200, "Je veux résilier & vite <svp>", "fr", 0.91234f,
                [new SpokenWord(" Je", 49_600, 54_400, 0.97f), new SpokenWord(" veux", 54_400, 54_405, 0.5f)])
            {
                Decided = 108_800,
                Clock = default,
            },
        ],
        Alerts =
        [
            new Alert
            {
                Id = "cancellation-1", Rule = "cancellation", Version = "0a1b2c3d", Name = "Customer wants to leave",
                    Severity = Severity.Critical,
                Party = Party.Customer, Leg = 1,
                Start = 49_600, End = 99_200, Decided = 108_800, Summary = "« résilier »",
                Evidence = [new Evidence { Kind = "phrase", Party = Party.Customer, Leg = 1, Start = 49_600, End = 99_200,
                    Text = "résilier", Pattern = "resilier", How = "exact words", Confidence = 0.97 }],
            },
        ],
        Warnings = warnings,
    };
}
