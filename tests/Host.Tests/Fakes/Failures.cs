using System.Diagnostics.Metrics;

namespace SpeechQA.Host.Tests.Fakes;

/// <summary>Counts <c>speechqa.failures</c> of one place while it lives; other tests of the process may add to it.</summary>
internal sealed class Failures : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _count;

    public Failures(string place)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "speechqa.failures") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach (var tag in tags)
                if (tag is { Key: "place", Value: string at } && at == place) Interlocked.Add(ref _count, value);
        });
        _listener.Start();
    }

    public long Count => Interlocked.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
