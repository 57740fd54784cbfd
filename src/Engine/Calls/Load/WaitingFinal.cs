namespace SpeechQA.Engine.Calls.Load;

/// <summary>A final of a live call between the end of its speech and the recogniser's beginning with it.</summary>
/// <param name="call">The call's number, <see cref="Overload.NextCall"/>.</param>
/// <param name="queued">When it was given to the recogniser, wall stamp.</param>
/// <param name="cancel">Takes it back.</param>
internal sealed class WaitingFinal(long call, long queued, CancellationTokenSource cancel)
{
    public long Call => call;
    public long Queued => queued;
    public CancellationTokenSource Cancel => cancel;

    /// <summary>A worker has it; written under the owner's lock.</summary>
    public bool HasBegun { get; set; }

    /// <summary>It was taken back because the machine is behind.</summary>
    public bool IsShed { get; set; }
}
