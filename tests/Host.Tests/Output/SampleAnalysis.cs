using SpeechQA.Engine.Alerts;
using SpeechQA.Engine.Calls;
using SpeechQA.Host.Analysis;

namespace SpeechQA.Host.Tests.Output;

/// <summary>A small call, made by hand.</summary>
internal static class SampleAnalysis
{
    public static CallAnalysis Create(string? warning = null) => new()
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
                Rule = "cancellation", Version = "0a1b2c3d", Name = "Customer wants to leave", Severity = Severity.Critical, Party = Party.Customer, Leg = 1,
                Start = 49_600, End = 99_200, Decided = 108_800, Summary = "« résilier »",
                Evidence = [new Evidence { Kind = "phrase", Party = Party.Customer, Start = 49_600, End = 99_200, Text = "résilier", Pattern = "resilier", How = "exact words", Confidence = 0.97 }],
            },
        ],
        Warning = warning,
    };
}
