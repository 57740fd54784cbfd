namespace SpeechQA.Engine.Core;

/// <summary>The kinds of <see cref="SoundWarning"/>, as they stand in JSON and in the label of the metric.</summary>
public static class SoundWarningKind
{
    /// <summary>The file ends before its header promises.</summary>
    public const string CutShort = "recording-cut-short";

    /// <summary>A part of the file cannot be read; what comes before it is used.</summary>
    public const string Damaged = "recording-damaged";

    /// <summary>The header contradicts itself; what was assumed stands in the cause.</summary>
    public const string Header = "recording-header";

    /// <summary>More sound than the header promises; the cause says whether it was read.</summary>
    public const string AfterEnd = "sound-after-end";

    /// <summary>The decoded samples do not have the checksum of the header.</summary>
    public const string Checksum = "checksum-mismatch";

    /// <summary>The samples of two channels stand in one.</summary>
    public const string Interleaved = "interleaved-channels";

    /// <summary>Nothing but digital silence or a constant.</summary>
    public const string SilentLine = "silent-line";

    /// <summary>Sound, but no speech.</summary>
    public const string NoiseOnly = "noise-only";

    /// <summary>Bytes that are evenly distributed: encrypted, or of another codec than agreed.</summary>
    public const string Encrypted = "encrypted-payload";

    /// <summary>RTP of a codec that is not decoded here.</summary>
    public const string UndecodableCodec = "undecodable-codec";

    /// <summary>RTP of a payload type whose meaning is not known.</summary>
    public const string UnknownPayloadType = "unknown-payload-type";

    /// <summary>RTP came, but no audio in it.</summary>
    public const string ComfortNoiseOnly = "comfort-noise-only";

    /// <summary>No RTP came for a leg.</summary>
    public const string NoPackets = "no-packets";

    /// <summary>The capture kept only the beginning of its packets.</summary>
    public const string PacketsCutShort = "packets-cut-short";

    /// <summary>Every kind.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        CutShort, Damaged, Header, AfterEnd, Checksum, Interleaved, SilentLine, NoiseOnly, Encrypted, UndecodableCodec, UnknownPayloadType,
        ComfortNoiseOnly, NoPackets, PacketsCutShort,
    ];
}
