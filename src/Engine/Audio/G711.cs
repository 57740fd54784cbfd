using System.Numerics;

namespace SpeechQA.Engine.Audio;

/// <summary>
/// ITU-T G.711: 8-bit logarithmic PCM, both laws. Linear samples are 16-bit, the recommendation's 14-bit (mu-law) and
/// 13-bit (A-law) values in their upper bits. Encoding gives the nearest value of the segment; a sample on a decision value
/// goes where the ITU's own software tool library (G.191) sends it: a negative sample counts as its one's complement,
/// which also keeps -32768 in range.
/// </summary>
public static class G711
{
    /// <summary>14-bit bias of mu-law: the segments then begin at powers of two.</summary>
    private const int MuLawBias = 33;

    private static readonly short[] MuLaw = Table(ExpandMuLaw);
    private static readonly short[] ALaw = Table(ExpandALaw);

    /// <summary>A 16-bit sample of a µ-law byte (ITU-T G.711 table 2).</summary>
    public static short DecodeMuLaw(byte code) => MuLaw[code];

    /// <summary>A 16-bit sample of an A-law byte (ITU-T G.711 table 1).</summary>
    public static short DecodeALaw(byte code) => ALaw[code];

    /// <param name="samples">At least as long as <paramref name="codes"/>.</param>
    public static void DecodeMuLaw(ReadOnlySpan<byte> codes, Span<short> samples) => Decode(codes, samples, MuLaw);

    /// <param name="samples">At least as long as <paramref name="codes"/>.</param>
    public static void DecodeALaw(ReadOnlySpan<byte> codes, Span<short> samples) => Decode(codes, samples, ALaw);

    /// <param name="codes">At least as long as <paramref name="samples"/>.</param>
    public static void EncodeMuLaw(ReadOnlySpan<short> samples, Span<byte> codes)
    {
        codes = codes[..samples.Length];
        for (var i = 0; i < codes.Length; i++) codes[i] = EncodeMuLaw(samples[i]);
    }

    /// <param name="codes">At least as long as <paramref name="samples"/>.</param>
    public static void EncodeALaw(ReadOnlySpan<short> samples, Span<byte> codes)
    {
        codes = codes[..samples.Length];
        for (var i = 0; i < codes.Length; i++) codes[i] = EncodeALaw(samples[i]);
    }

    /// <summary>The µ-law byte of a 16-bit sample.</summary>
    public static byte EncodeMuLaw(short sample)
    {
        var magnitude = Math.Min((Magnitude(sample) >> 2) + MuLawBias, 0x1FFF);
        var segment = BitOperations.Log2((uint)magnitude) - 5;
        var step = (magnitude >> (segment + 1)) & 0x0F;
        var sign = sample < 0 ? 0x80 : 0;
        return (byte)~(sign | segment << 4 | step);
    }

    /// <summary>The A-law byte of a 16-bit sample.</summary>
    public static byte EncodeALaw(short sample)
    {
        var magnitude = Magnitude(sample) >> 4;
        // The first two segments have the same step; from then on it doubles.
        var segment = Math.Max(BitOperations.Log2((uint)magnitude) - 3, 0);
        var step = magnitude >> Math.Max(segment - 1, 0) & 0x0F;
        var sign = sample < 0 ? 0 : 0x80;
        return (byte)((sign | segment << 4 | step) ^ 0x55);
    }

    private static int Magnitude(short sample) => sample < 0 ? ~sample : sample;

    private static void Decode(ReadOnlySpan<byte> codes, Span<short> samples, short[] table)
    {
        samples = samples[..codes.Length];
        for (var i = 0; i < samples.Length; i++) samples[i] = table[codes[i]];
    }

    private static short[] Table(Func<int, int> expand)
    {
        var table = new short[256];
        for (var code = 0; code < table.Length; code++) table[code] = (short)expand(code);
        return table;
    }

    private static int ExpandMuLaw(int code)
    {
        code = ~code;
        var magnitude = ((2 * (code & 0x0F) + MuLawBias) << (code >> 4 & 7)) - MuLawBias;
        return ((code & 0x80) != 0 ? -magnitude : magnitude) * 4;
    }

    private static int ExpandALaw(int code)
    {
        code ^= 0x55;
        var segment = code >> 4 & 7;
        var magnitude = 2 * (code & 0x0F) + 1;
        if (segment > 0) magnitude = (magnitude + 32) << (segment - 1);
        return ((code & 0x80) != 0 ? magnitude : -magnitude) * 8;
    }
}
