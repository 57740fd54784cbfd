using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Pcap;

namespace SpeechQA.Engine.Ingest.Rtp.Captures;

/// <summary>What of a capture could not be used.</summary>
/// <param name="First">First packet of the stream that is left out, since 1970-01-01 UTC; null: the file as a whole.</param>
/// <param name="Last">Last packet of that stream.</param>
internal sealed record CaptureWarning(SoundWarning Warning, TimeSpan? First = null, TimeSpan? Last = null)
{
    /// <summary>Datagrams cut short that are worth a word, one in so many.</summary>
    private const int WorthPer = 20;

    /// <summary>Of the file itself, read to its end.</summary>
    public static IEnumerable<CaptureWarning> Of(CaptureReader reader)
    {
        if (reader.Warning is { } damage)
            yield return new(SoundWarning.OfSource(SoundWarningKind.Damaged, damage, "capture or copy it again"));
        if (reader.Counts.Truncated * WorthPer > reader.Counts.Datagrams)
            yield return new(SoundWarning.OfSource(SoundWarningKind.PacketsCutShort,
                $"the capture kept only the beginning of {reader.Counts.Truncated} UDP datagrams, which are left out",
                "capture whole packets, for example with tcpdump -s 0"));
    }

    /// <summary>Whether it is told with a call: of a stream, with the calls of its time, or with all when there is none.</summary>
    public bool Concerns(CapturedCall call, IReadOnlyList<CapturedCall> calls) => First is null || Overlaps(call) || !calls.Any(Overlaps);

    /// <summary>At its time in the call.</summary>
    public SoundWarning In(CapturedCall call) => First is not { } first || Last is not { } last ? Warning : Warning with
    {
        Start = Math.Round(Math.Max(0, (first - call.First).TotalSeconds), 3),
        Seconds = Math.Round((last - first).TotalSeconds, 3),
    };

    private bool Overlaps(CapturedCall call) => First <= call.Last && call.First <= Last;
}
