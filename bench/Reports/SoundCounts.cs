using System.Diagnostics.Metrics;
using System.Globalization;
using SpeechQA.Engine.Core;

namespace SpeechQA.Bench.Reports;

/// <summary>Counts what is found by sound while it lives.</summary>
internal sealed class SoundCounts : IDisposable
{
    private const string Candidates = "speechqa.sound.candidates";

    private readonly MeterListener _listener = new();
    private long _asked, _confirmed;

    public SoundCounts()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == EngineMetrics.MeterName && instrument.Name == Candidates)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach (var (key, outcome) in tags)
                if (key == "outcome") Interlocked.Add(ref outcome is "confirmed" ? ref _confirmed : ref _asked, value);
        });
        _listener.Start();
    }

    /// <param name="seconds">Length of the recordings.</param>
    public string Line(double seconds) => string.Create(CultureInfo.InvariantCulture,
        $"by sound: {_asked} readings put to the recogniser, {_confirmed} confirmed ({PerHour(_asked, seconds):0} and "
        + $"{PerHour(_confirmed, seconds):0} an hour of recording)");

    public void Dispose() => _listener.Dispose();

    private static double PerHour(long count, double seconds) => seconds > 0 ? count / seconds * 3600 : 0;
}
