using SpeechQA.Engine.Ingest.Flac;

namespace SpeechQA.Engine.Tests.Ingest.Flac;

/// <summary>Writes FLAC streams of forms that the reference encoder does not choose, and broken ones.</summary>
internal sealed class FlacWriter(int rate, int channels, int bits, int longestBlock, long samples)
{
    private readonly List<byte> _bytes =
    [
        .. "fLaC"u8, 0x80, 0, 0, 34,
        0, 16, (byte)(longestBlock >> 8), (byte)longestBlock, 0, 0, 0, 0, 0, 0,
        (byte)(rate >> 12), (byte)(rate >> 4), (byte)((rate & 15) << 4 | (channels - 1) << 1 | (bits - 1) >> 4),
        (byte)(((bits - 1) & 15) << 4 | (int)(samples >> 32)), (byte)(samples >> 24), (byte)(samples >> 16), (byte)(samples >> 8),
            (byte)samples,
        .. new byte[16],
    ];

    public byte[] ToArray() => [.. _bytes];

    /// <summary>A frame of one subframe per channel, which must be in the form that <paramref name="stereo"/> asks for.</summary>
    /// <param name="number">Frame number; large ones take more bytes.</param>
    public void Frame(int length, FlacStereo stereo, int number, params Action<BitWriter>[] subframes)
    {
        var frame = new BitWriter();
        frame.Put(0x7FFC, 15);
        frame.Put(0, 1);
        frame.Put(7, 4);
        frame.Put(0, 4);
        frame.Put(stereo == FlacStereo.Independent ? (uint)channels - 1 : 7 + (uint)stereo, 4);
        frame.Put(0, 4);
        foreach (var part in Coded(number)) frame.Put(part, 8);
        frame.Put((uint)length - 1, 16);
        frame.Put(FlacCrc.Crc8(frame.ToArray()), 8);
        foreach (var subframe in subframes) subframe(frame);
        frame.Align();
        frame.Put(FlacCrc.Crc16(frame.ToArray()), 16);
        _bytes.AddRange(frame.ToArray());
    }

    private static byte[] Coded(int number) =>
        number < 0x80 ? [(byte)number]
        : number < 0x800 ? [(byte)(0xC0 | number >> 6), Low(number)]
        : number < 0x10000 ? [(byte)(0xE0 | number >> 12), Low(number >> 6), Low(number)]
        : [0xFC | 0, .. new[] { 24, 18, 12, 6, 0 }.Select(shift => Low(number >> shift))];

    private static byte Low(int number) => (byte)(0x80 | number & 0x3F);
}

/// <summary>Bits, most significant first, and the subframes made of them.</summary>
internal sealed class BitWriter
{
    private readonly List<byte> _bytes = [];
    private int _used = 8;

    public byte[] ToArray() => [.. _bytes];

    public void Put(uint value, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            if (_used == 8)
            {
                _bytes.Add(0);
                _used = 0;
            }
            _bytes[^1] |= (byte)((value >> i & 1) << (7 - _used++));
        }
    }

    public void Align() => _used = 8;

    public void Constant(int value, int bits)
    {
        Put(0, 8);
        Put((uint)value, bits);
    }

    public void Verbatim(ReadOnlySpan<int> samples, int bits, int wasted = 0)
    {
        Put(1, 7);
        Put(wasted > 0 ? 1u : 0, 1);
        if (wasted > 0) Put(1, wasted);
        foreach (var sample in samples) Put((uint)(sample >> wasted), bits - wasted);
    }

    /// <param name="partitionOrder">The block is cut into 2^this partitions.</param>
    /// <param name="wide">Five-bit Rice parameters.</param>
    /// <param name="escaped">Partitions of an odd number are stored uncoded.</param>
    public void Fixed(int[] samples, int bits, int order, int partitionOrder, bool wide, bool escaped)
    {
        Put(0, 1);
        Put(8 + (uint)order, 6);
        Put(0, 1);
        for (var i = 0; i < order; i++) Put((uint)samples[i], bits);
        var residual = samples;
        for (var i = 0; i < order; i++) residual = [.. residual.Select((x, k) => k == 0 ? x : x - residual[k - 1])];

        Put(wide ? 1u : 0, 2);
        Put((uint)partitionOrder, 4);
        var length = samples.Length >> partitionOrder;
        for (var p = 0; p < 1 << partitionOrder; p++)
        {
            var part = residual.AsSpan(p * length, length);
            if (p == 0) part = part[order..];
            if (escaped && p % 2 == 1) Escaped(part, wide);
            else Rice(part, wide);
        }
    }

    private void Escaped(ReadOnlySpan<int> part, bool wide)
    {
        Put(31, wide ? 5 : 4);
        var bits = 0;
        foreach (var value in part) bits = Math.Max(bits, value == 0 ? 0 : 33 - int.LeadingZeroCount(value ^ value >> 31));
        Put((uint)bits, 5);
        foreach (var value in part) Put((uint)value, bits);
    }

    private void Rice(ReadOnlySpan<int> part, bool wide)
    {
        long sum = 0;
        foreach (var value in part) sum += Math.Abs((long)value);
        var parameter = Math.Min((int)Math.Log2(sum / (double)Math.Max(part.Length, 1) + 1), wide ? 30 : 14);
        Put((uint)parameter, wide ? 5 : 4);
        foreach (var value in part)
        {
            var folded = (uint)(value << 1 ^ value >> 31);
            for (var q = folded >> parameter; q > 0; q--) Put(0, 1);
            Put(1, 1);
            Put(folded, parameter);
        }
    }
}
