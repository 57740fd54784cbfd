namespace SpeechQA.Host.Tests.Fakes;

/// <summary>A clock that can be made to fail for the thread that receives RTP, and for no other.</summary>
internal sealed class FaultyClock : TimeProvider
{
    private volatile bool _broken;

    public bool IsBroken
    {
        get => _broken;
        set => _broken = value;
    }

    public override long GetTimestamp() =>
        _broken && Thread.CurrentThread.Name == "rtp" ? throw new InvalidOperationException("no clock") : base.GetTimestamp();
}
