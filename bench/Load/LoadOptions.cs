
namespace SpeechQA.Bench.Load;

/// <summary>What is measured: with finals alone phrases may be late, and nobody waits for them.</summary>
internal enum LoadProfile
{
    /// <summary>Everything, partial transcripts included.</summary>
    Full,

    /// <summary>Final transcripts, inflection and rules only.</summary>
    Finals,
}

/// <summary>One run of the load generator.</summary>
internal sealed record LoadOptions
{
    /// <summary>Calls that are live at a time, each of two legs.</summary>
    public int Calls { get; init; } = 10;

    /// <summary>Seconds that are measured, after <see cref="Ramp"/> and <see cref="Warmup"/>.</summary>
    public double Duration { get; init; } = 60;

    /// <summary>Seconds over which the first calls are opened; null: 2 s a call, at most a quarter of the duration and 30 s.</summary>
    public double? Ramp { get; init; }

    /// <summary>Seconds between the last opening and the measuring.</summary>
    public double Warmup { get; init; } = 5;

    /// <summary>A server that runs already; null: one is started.</summary>
    public Uri? Server { get; init; }

    public string? Token { get; init; }
    public LoadProfile Profile { get; init; }

    /// <summary>Workers of the started server; null: its own default.</summary>
    public int? Workers { get; init; }

    /// <summary>
    /// Cores of the started server, as taskset writes them (<c>0</c>, <c>0,1</c>, <c>0-3</c>); the generator takes the others. Null: all.
    /// </summary>
    public string? Cores { get; init; }

    /// <summary>UDP ports of the started server; null: its own default.</summary>
    public string? RtpPorts { get; init; }

    /// <summary>HTTP port of the started server; 0: a free one.</summary>
    public int Port { get; init; }

    /// <summary>More options of the started server.</summary>
    public IReadOnlyList<string> ServerArguments { get; init; } = [];

    /// <summary>
    /// Rules of the started server: file or folder; null: the sample rules. One that fires at every inflection window is added.
    /// </summary>
    public string? Rules { get; init; }

    /// <summary>Folder of the sample calls; null: that of the checkout.</summary>
    public string? Samples { get; init; }

    /// <summary>Which of them, with <c>*</c>.</summary>
    public string Only { get; init; } = "*";

    /// <summary>Seconds of the recording that the first calls leave out; null: each another share of it.</summary>
    public double? From { get; init; }

    /// <summary>Pages that are connected, each watching one call; alerts are taken from the first.</summary>
    public int Pages { get; init; } = 3;

    public Impairment Network { get; init; } = new();

    /// <summary>Calls opened at once, without audio, when a third of the time has passed.</summary>
    public int OpenBurst { get; init; }

    /// <summary>Pages that connect and stop reading.</summary>
    public int SlowPages { get; init; }

    /// <summary>Seconds between changes of the rules; null: none.</summary>
    public double? ReloadEvery { get; init; }

    /// <summary>Seconds after which the measured server is told to stop (SIGTERM); null: after the run.</summary>
    public double? SigtermAt { get; init; }

    /// <summary>After the duration only so many calls go on, and it is seen how soon the limits are held again; null: no.</summary>
    public int? OverloadThen { get; init; }

    /// <summary>Decides what is lost, late and reordered.</summary>
    public int Seed { get; init; } = 1;

    public TimeSpan RampTime => TimeSpan.FromSeconds(Ramp ?? Math.Min(30, Math.Min(2.0 * (Calls - 1), Duration / 4)));
}

/// <summary>What the network does to every leg; see <see cref="Engine.Ingest.Rtp.Receive.RtpStreamSettings"/> for the ranges.</summary>
internal sealed record Impairment
{
    public double LossPercent { get; init; }
    public double LossBurst { get; init; } = 1;
    public int JitterMs { get; init; }
    public double ReorderPercent { get; init; }

    /// <summary>Legs drift in turn one way and the other.</summary>
    public double DriftPpm { get; init; }
}
