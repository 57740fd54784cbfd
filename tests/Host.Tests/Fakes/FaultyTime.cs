using Microsoft.Extensions.Time.Testing;

namespace SpeechQA.Host.Tests.Fakes;

/// <summary>
/// A clock that the test turns, and that fails for whoever asks it on the test's own thread: the callbacks of its timers.
/// </summary>
internal sealed class FaultyTime : FakeTimeProvider
{
    private int _thread;

    public override long GetTimestamp() =>
        _thread == Environment.CurrentManagedThreadId ? throw new InvalidOperationException("the clock is broken") : base.GetTimestamp();

    /// <summary>Turns the clock while it fails.</summary>
    public void AdvanceBroken(TimeSpan by)
    {
        _thread = Environment.CurrentManagedThreadId;
        try
        {
            Advance(by);
        }
        finally
        {
            _thread = 0;
        }
    }
}
