using SpeechQA.Engine.Calls;

namespace SpeechQA.Engine.Facts;

/// <summary>What words may be a sign of.</summary>
/// <param name="Id">Of the rule in the facts file.</param>
/// <param name="Party">Whose words count.</param>
/// <param name="Intent">
/// The intent of the text model that supports it, at its strict threshold (0.2 % false alarms on the model's dev split);
/// null where there is none that means the same.
/// </param>
internal sealed record FactCue(string Id, Party Party, string? Intent)
{
    public static readonly FactCue Greeting = new("greeting", Party.Agent, "greeting");
    public static readonly FactCue RecordingNotice = new("recording-notice", Party.Agent, null);
    public static readonly FactCue FurtherHelp = new("further-help", Party.Agent, "further_help");
    public static readonly FactCue Empathy = new("empathy", Party.Agent, "empathy");
    public static readonly FactCue CallbackPromise = new("callback-promise", Party.Agent, null);

    // The intent "hold" means thanks for waiting as well as the request; it may stand for either, so it stands for none.
    public static readonly FactCue HoldRequest = new("hold-request", Party.Agent, null);
    public static readonly FactCue HoldThanks = new("hold-thanks", Party.Agent, null);

    public static readonly FactCue SolvedByCustomer = new("solved-customer", Party.Customer, "solved");
    public static readonly FactCue SolvedByAgent = new("solved-agent", Party.Agent, null);
    public static readonly FactCue UnsolvedByCustomer = new("unsolved-customer", Party.Customer, "not_solved");
    public static readonly FactCue UnsolvedByAgent = new("unsolved-agent", Party.Agent, null);
    public static readonly FactCue Thanks = new("thanks-for-help", Party.Customer, "praise");

    public static IReadOnlyList<FactCue> All { get; } =
    [
        Greeting, RecordingNotice, FurtherHelp, Empathy, CallbackPromise, HoldRequest, HoldThanks,
        SolvedByCustomer, SolvedByAgent, UnsolvedByCustomer, UnsolvedByAgent, Thanks,
    ];

    /// <summary>Whether a party may say it; on a leg of unknown party anybody may be speaking.</summary>
    public bool Fits(Party speaker) => speaker == Party || speaker == Calls.Party.Unknown;
}
