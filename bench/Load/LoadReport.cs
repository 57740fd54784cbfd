using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SpeechQA.Host.Metrics;

namespace SpeechQA.Bench.Load;

/// <summary>What a run came to; the JSON names are those of the members in camelCase.</summary>
internal sealed record LoadReport
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter<LoadProfile>(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Two-party calls that were live at a time.</summary>
    public required int Calls { get; init; }

    /// <summary>Seconds measured.</summary>
    public required double Seconds { get; init; }

    public required LoadProfile Profile { get; init; }

    /// <summary>End of a phrase's last word (arrival of the packet that holds it) to the alert on a page.</summary>
    public required LatencySummary PhraseAlertMs { get; init; }

    /// <summary>Last packet of a window of inflection to the alert on a page.</summary>
    public required LatencySummary InflectionAlertMs { get; init; }

    /// <summary>Last voiced packet of an utterance to its final text on a page.</summary>
    public required LatencySummary TranscriptLagMs { get; init; }

    /// <summary>
    /// Final texts of all calls, where <see cref="TranscriptLagMs"/> has those of the calls that pages watch; counted by the server.
    /// </summary>
    public required long FinalTexts { get; init; }

    /// <summary>Of <see cref="FinalTexts"/>, those later than the limit.</summary>
    public required long FinalTextsLate { get; init; }

    /// <summary>Last packet that a partial text covers to that text on a page.</summary>
    public required LatencySummary PartialLagMs { get; init; }

    public required int PhrasesSaid { get; init; }
    public required int PhrasesFound { get; init; }

    /// <summary>Alerts raised before the end of their phrase: they count as 0 ms.</summary>
    public required int PhrasesEarly { get; init; }
    public double? PhraseRecall => PhrasesSaid == 0 ? null : Math.Round(PhrasesFound / (double)PhrasesSaid, 4);

    /// <summary>Phrases not found, by type of event and recording.</summary>
    public required IReadOnlyDictionary<string, int> PhrasesMissed { get; init; }

    /// <summary>Phrases told of later than the limit.</summary>
    public required IReadOnlyList<LatePhrase> PhrasesLate { get; init; }

    /// <summary>Alerts of phrase rules, over the whole run.</summary>
    public required int AlertsRaised { get; init; }
    public required int AlertsConfirmed { get; init; }
    public required int AlertsWithdrawn { get; init; }

    /// <summary>Of the alerts that were raised before their final text and were settled by it; 0 when there were none.</summary>
    public double WithdrawnShare => AlertsWithdrawn == 0 ? 0 : Math.Round(AlertsWithdrawn / (double)(AlertsConfirmed + AlertsWithdrawn), 4);

    public required int ServerCores { get; init; }

    /// <summary>Of the server's process, while measured.</summary>
    public required double ServerCpuSeconds { get; init; }

    /// <summary>Core seconds of the server per second of a two-party call.</summary>
    public double CpuPerCallSecond => Math.Round(ServerCpuSeconds / (Calls * Seconds), 4);

    /// <summary>Share of it spent on models.</summary>
    public double? ModelCpuShare => ServerCpuSeconds > 0 ? Math.Round(ModelCpuSeconds.Values.Sum() / ServerCpuSeconds, 4) : null;
    public required IReadOnlyDictionary<string, double> ModelCpuSeconds { get; init; }

    /// <summary>CPU seconds of the server's threads by their names.</summary>
    public required IReadOnlyDictionary<string, double> ThreadCpuSeconds { get; init; }

    public required double PeakResidentMb { get; init; }

    /// <summary>At the beginning and the end of what was measured.</summary>
    public required IReadOnlyList<double> ResidentMb { get; init; }

    public required IReadOnlyDictionary<string, double> Shed { get; init; }
    public required double AudioDroppedSeconds { get; init; }
    public double CallsPerCore => Math.Round(Calls / (double)ServerCores, 2);

    public required int CallsOpened { get; init; }
    public required int CallsRefused { get; init; }

    /// <summary>CPU seconds of the generator over the seconds measured: cores that it took.</summary>
    public required double GeneratorCores { get; init; }
    public required long PacketsSent { get; init; }

    /// <summary>How late the generator sent packets; latencies count from when they were due.</summary>
    public required LatencySummary PacketsLateMs { get; init; }

    /// <summary>Packets that the server found missing, told by its metrics every few seconds.</summary>
    public required long PacketsMissed { get; init; }

    public required int PagesOvertaken { get; init; }
    public required int PagesLost { get; init; }
    public required Impairment Network { get; init; }
    public OpenBurstReport? OpenBurst { get; init; }
    public SigtermReport? Sigterm { get; init; }
    public RecoveryReport? Recovery { get; init; }
    public int? RuleReloads { get; init; }
    public int? SlowPages { get; init; }

    /// <summary>Which limits do not hold; empty: all do.</summary>
    public IReadOnlyList<string> LimitsBroken { get; init; } = [];

    /// <summary>Runs that looked for the capacity.</summary>
    public IReadOnlyList<CapacityTrial>? Trials { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Format);
}

/// <param name="Phrase">Type of event and recording.</param>
/// <param name="Stages">The alert's way through the server: what it waited for.</param>
internal sealed record LatePhrase(string Phrase, double Ms, string Stages);

/// <param name="Opened">Of those asked for at once.</param>
/// <param name="Seconds">Until all were answered.</param>
internal sealed record OpenBurstReport(int Asked, int Opened, double Seconds);

/// <param name="CallsOpen">When the server was told to stop.</param>
/// <param name="CallsEnded">Of these, those whose end came to the page.</param>
/// <param name="ExitCode">Null: it had to be killed.</param>
internal sealed record SigtermReport(int CallsOpen, int CallsEnded, double Seconds, int? ExitCode);

/// <param name="Calls">That went on.</param>
/// <param name="RecoveredAfterSeconds">From the fall of the load to the last moment from which something took longer than its limit; 0:
/// nothing did.</param>
internal sealed record RecoveryReport(int Calls, double Seconds, LatencySummary PhraseAlertMs, LatencySummary InflectionAlertMs,
    LatencySummary TranscriptLagMs,
    double RecoveredAfterSeconds, double ResidentMb);

internal sealed record CapacityTrial(int Calls, bool Held, IReadOnlyList<string> Broken);
