using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Inference.Models;

/// <summary>
/// CPU time spent on models, by model, inside ONNX Runtime or our own networks (encoder, decoder, inflection, voice activity). Both run on
/// the calling thread alone, so the thread's own CPU clock is exact also when more threads want to run than there are cores. Where a
/// thread has no such clock (not Linux) it is wall time.
/// </summary>
public sealed partial class ModelCpu
{
    private const int ThreadCpuClock = 3; // CLOCK_THREAD_CPUTIME_ID, clock_gettime(2)

    private static readonly List<ModelCpu> Known = [];
    private static readonly Meter Meter = new(EngineMetrics.MeterName);

    /// <summary>Of the recogniser's audio encoder.</summary>
    public static ModelCpu Encoder { get; } = new("encoder");

    /// <summary>Of the recogniser's text decoder.</summary>
    public static ModelCpu Decoder { get; } = new("decoder");

    /// <summary>Of the inflection model.</summary>
    public static ModelCpu Inflection { get; } = new("inflection");

    /// <summary>Of the text model.</summary>
    public static ModelCpu Text { get; } = new("text");

    /// <summary>Of voice activity.</summary>
    public static ModelCpu Voice { get; } = new("voice");

    private readonly string _model;
    private long _nanoseconds;

    static ModelCpu() => Meter.CreateObservableCounter("speechqa.model.cpu",
        () => Known.Select(m => new Measurement<double>(m.Seconds, new KeyValuePair<string, object?>("model", m._model))),
        "s", "CPU time of the models, by model");

    private ModelCpu(string model)
    {
        _model = model;
        Known.Add(this);
    }

    /// <summary>Spent so far by all threads.</summary>
    public double Seconds => Interlocked.Read(ref _nanoseconds) / 1e9;

    /// <summary>A stamp of this thread's CPU time, for <see cref="Add"/> on the same thread.</summary>
    public static long Stamp() => OperatingSystem.IsLinux() && ClockGetTime(ThreadCpuClock, out var time) == 0
        ? time.Seconds * 1_000_000_000 + time.Nanoseconds
        : Stopwatch.GetElapsedTime(0).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Adds what this thread spent since a stamp.</summary>
    public void Add(long since) => Interlocked.Add(ref _nanoseconds, Stamp() - since);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    /// <summary>As 64-bit Linux has it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
