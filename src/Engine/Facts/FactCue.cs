using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Facts;

/// <summary>What words may be a sign of.</summary>
/// <param name="Id">
/// Of the rule in the facts file that finds it by words. A second rule, <c>ID-meant</c>, may find it by meaning: it counts
/// where the words say nothing.
/// </param>
/// <param name="Party">Whose words count.</param>
internal sealed record FactCue(string Id, Party Party)
{
    public static readonly FactCue Greeting = new("greeting", Party.Agent);
    public static readonly FactCue RecordingNotice = new("recording-notice", Party.Agent);
    public static readonly FactCue FurtherHelp = new("further-help", Party.Agent);
    public static readonly FactCue Empathy = new("empathy", Party.Agent);
    public static readonly FactCue CallbackPromise = new("callback-promise", Party.Agent);
    public static readonly FactCue HoldRequest = new("hold-request", Party.Agent);
    public static readonly FactCue HoldThanks = new("hold-thanks", Party.Agent);
    public static readonly FactCue SolvedByCustomer = new("solved-customer", Party.Customer);
    public static readonly FactCue SolvedByAgent = new("solved-agent", Party.Agent);
    public static readonly FactCue UnsolvedByCustomer = new("unsolved-customer", Party.Customer);
    public static readonly FactCue UnsolvedByAgent = new("unsolved-agent", Party.Agent);
    public static readonly FactCue Thanks = new("thanks-for-help", Party.Customer);

    private const string Meant = "-meant";

    public static IReadOnlyList<FactCue> All { get; } =
    [
        Greeting, RecordingNotice, FurtherHelp, Empathy, CallbackPromise, HoldRequest, HoldThanks,
        SolvedByCustomer, SolvedByAgent, UnsolvedByCustomer, UnsolvedByAgent, Thanks,
    ];

    /// <summary>The cue that a rule finds, or null.</summary>
    public static FactCue? Of(string rule) => All.FirstOrDefault(c =>
        c.Id == (rule.EndsWith(Meant, StringComparison.Ordinal) ? rule[..^Meant.Length] : rule));

    /// <summary>Whether a party may say it; on a leg of unknown party anybody may be speaking.</summary>
    public bool Fits(Party speaker) => speaker == Party || speaker == Party.Unknown;
}
