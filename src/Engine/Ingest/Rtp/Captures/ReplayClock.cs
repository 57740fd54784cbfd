using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Ingest.Rtp.Captures;

/// <summary>
/// Time of a capture since a call's first packet: it never goes backwards, and takes no step that no call explains (the
/// capturing machine's time was set, or two captures were joined).
/// </summary>
internal sealed class ReplayClock
{
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(1);

    private readonly ReplayPace _pace;
    private readonly long _start;
    private TimeSpan _last;

    public ReplayClock(TimeSpan first, ReplayPace pace)
    {
        if (pace.Speed is not (null or > 0 and <= 1000))
            throw new BadInputException($"a speed of {pace.Speed}", "choose more than 0 and at most 1000");
        _pace = pace;
        _last = first;
        _start = IsPaced ? pace.Time.GetTimestamp() : 0;
        // A capture second takes 1/speed seconds of a paced replay, so the stamps are those of the real clock.
        StampsPerSecond = pace.Speed is { } speed ? (long)(pace.Time.TimestampFrequency / speed) : TimeSpan.TicksPerSecond;
    }

    public bool IsPaced => _pace.Speed is not null;

    /// <summary>Arrival stamps in a second of the capture.</summary>
    public long StampsPerSecond { get; }

    /// <summary>Since the call's first packet.</summary>
    public TimeSpan Elapsed { get; private set; }

    public long Stamp(TimeSpan elapsed) => _start + (long)(elapsed.TotalSeconds * StampsPerSecond);

    /// <summary>Goes on to a time of the capture.</summary>
    public void Advance(TimeSpan time)
    {
        var step = time - _last;
        _last = time;
        if (step > TimeSpan.Zero && step <= LongestStep) Elapsed += step;
    }

    /// <summary>Waits until the time has come.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        var early = Elapsed / _pace.Speed!.Value - _pace.Time.GetElapsedTime(_start);
        if (early >= Granularity) await Task.Delay(early, _pace.Time, cancellation).ConfigureAwait(false);
    }
}
