using System.Buffers.Binary;
using System.Numerics;

namespace SpeechQA.Engine.Ingest.Flac;

/// <summary>
/// Bits of a frame, most significant first. Reading past the end gives zeros and sets <see cref="Overrun"/>, so that the
/// decoding loops need no check of their own and always end.
/// </summary>
internal ref struct FlacBits
{
    /// <summary>Bytes that the memory must have behind the last one that counts.</summary>
    public const int Padding = 8;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _end;
    private long _at;

    /// <param name="padded">The bytes and <see cref="Padding"/> more, whatever those hold.</param>
    public FlacBits(ReadOnlySpan<byte> padded)
    {
        _bytes = padded;
        _end = (padded.Length - Padding) * 8L;
        _at = 0;
    }

    public bool Overrun { readonly get; private set; }

    /// <summary>Bytes begun.</summary>
    public readonly int Position => (int)((_at + 7) / 8);

    public void AlignToByte() => _at = (_at + 7) / 8 * 8;

    /// <param name="count">0..32.</param>
    public uint Read(int count)
    {
        if (_at + count > _end)
        {
            Overrun = true;
            _at = _end;
            return 0;
        }
        if (count == 0) return 0;
        var bits = Window() >> (64 - count);
        _at += count;
        return (uint)bits;
    }

    /// <summary>Two's complement.</summary>
    /// <param name="count">0..32.</param>
    public int ReadSigned(int count) => count == 0 ? 0 : (int)(Read(count) << (32 - count)) >> (32 - count);

    /// <summary>How many zeros come before the next one; takes the one too.</summary>
    public uint ReadUnary()
    {
        var start = _at;
        while (_at < _end)
        {
            var window = Window();
            var usable = 64 - (int)(_at & 7);
            var zeros = BitOperations.LeadingZeroCount(window);
            if (zeros < usable)
            {
                _at += zeros + 1;
                if (_at > _end) break;
                return (uint)(_at - start - 1);
            }
            _at += usable;
        }
        _at = _end;
        Overrun = true;
        return 0;
    }

    /// <summary>At least 57 bits from here on, at the top.</summary>
    private readonly ulong Window() =>
        BinaryPrimitives.ReadUInt64BigEndian(_bytes[(int)(_at >> 3)..]) << (int)(_at & 7);
}
