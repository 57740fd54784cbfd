namespace SpeechQA.Engine.Ingest.Flac;

/// <summary>How two channels were made of each other, RFC 9639 section 4.2.</summary>
internal enum FlacStereo { Independent, LeftSide, SideRight, MidSide }

/// <summary>A frame's header, RFC 9639 section 9.1.</summary>
internal readonly record struct FlacFrameHeader(int BlockLength, FlacStereo Stereo)
{
    /// <summary>
    /// Reads a header that fits the stream; null, or what is wrong with it.
    /// </summary>
    public static string? Read(scoped ref FlacBits bits, ReadOnlySpan<byte> frame, in FlacStreamInfo stream, out FlacFrameHeader header)
    {
        header = default;
        if (bits.Read(15) != 0x7FFC) return "no frame where one is due";
        bits.Read(1); // Fixed or variable block length: the frame's own length says all.
        var lengthCode = (int)bits.Read(4);
        var rateCode = (int)bits.Read(4);
        var channelCode = (int)bits.Read(4);
        var bitsCode = (int)bits.Read(3);
        bits.Read(1);
        SkipNumber(ref bits);
        var length = BlockLengthOf(lengthCode, ref bits);
        var rate = RateOf(rateCode, ref bits) ?? stream.SampleRate;
        var position = bits.Position;
        var crc = bits.Read(8);
        if (bits.Overrun) return null;
        if (crc != FlacCrc.Crc8(frame[..position])) return "wrong header checksum";

        var channels = channelCode < 8 ? channelCode + 1 : 2;
        var depth = bitsCode switch { 0 => stream.Bits, 1 => 8, 2 => 12, 4 => 16, 5 => 20, 6 => 24, 7 => 32, _ => 0 };
        if (channelCode > 10 || channels != stream.Channels) return "another number of channels";
        if (rate != stream.SampleRate) return "another sample rate";
        if (depth != stream.Bits) return "another sample size";
        if (length == 0 || length > stream.LongestBlock) return "a block length out of range";
        header = new FlacFrameHeader(length, channelCode < 8 ? FlacStereo.Independent : (FlacStereo)(channelCode - 7));
        return null;
    }

    /// <summary>Frame or sample number, coded like UTF-8 in up to seven bytes.</summary>
    private static void SkipNumber(ref FlacBits bits)
    {
        var first = bits.Read(8);
        for (var mask = 0x80u; first >= 0xC0 && (first & mask) != 0 && mask > 1; mask >>= 1)
            if (mask != 0x80) bits.Read(8);
    }

    private static int BlockLengthOf(int code, ref FlacBits bits) => code switch
    {
        0 => 0,
        1 => 192,
        <= 5 => 144 << code,
        6 => (int)bits.Read(8) + 1,
        7 => (int)bits.Read(16) + 1,
        _ => 256 << (code - 8),
    };

    private static int? RateOf(int code, ref FlacBits bits) => code switch
    {
        0 => null,
        1 => 88_200,
        2 => 176_400,
        3 => 192_000,
        4 => 8_000,
        5 => 16_000,
        6 => 22_050,
        7 => 24_000,
        8 => 32_000,
        9 => 44_100,
        10 => 48_000,
        11 => 96_000,
        12 => (int)bits.Read(8) * 1_000,
        13 => (int)bits.Read(16),
        14 => (int)bits.Read(16) * 10,
        _ => -1,
    };
}
