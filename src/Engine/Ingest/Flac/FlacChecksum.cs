using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SpeechQA.Engine.Ingest.Flac;

/// <summary>
/// The MD5 of the samples as they were encoded, against that of STREAMINFO: interleaved, little-endian, as many whole bytes as
/// the sample size takes (RFC 9639 section 8.2).
/// </summary>
internal sealed class FlacChecksum : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private readonly FlacStreamInfo _stream;
    private readonly byte[] _bytes;
    private readonly int _sampleBytes;

    public FlacChecksum(in FlacStreamInfo stream)
    {
        _stream = stream;
        _sampleBytes = (stream.Bits + 7) / 8;
        _bytes = new byte[stream.LongestBlock * stream.Channels * _sampleBytes];
    }

    /// <summary>Adds a frame's samples.</summary>
    /// <param name="second">Empty where there is one channel.</param>
    public void Add(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        var at = 0;
        for (var i = 0; i < first.Length; i++)
        {
            Put(first[i], ref at);
            if (!second.IsEmpty) Put(second[i], ref at);
        }
        _hash.AppendData(_bytes, 0, at);
    }

    /// <summary>False when the samples are not those that were encoded; an encoder that wrote no sum leaves it 0.</summary>
    public bool Fits()
    {
        Span<byte> sum = stackalloc byte[MD5.HashSizeInBytes];
        _hash.GetCurrentHash(sum);
        return _stream.Md5 == UInt128.Zero || _stream.Md5 == BinaryPrimitives.ReadUInt128BigEndian(sum);
    }

    public void Dispose() => _hash.Dispose();

    private void Put(int sample, ref int at)
    {
        for (var i = 0; i < _sampleBytes; i++) _bytes[at++] = (byte)(sample >> (8 * i));
    }
}
