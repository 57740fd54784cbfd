namespace SpeechQA.Engine.Ingest.Flac;

/// <summary>
/// A FLAC recording (RFC 9639): mono or stereo, 8..24 bits, 8..48 kHz. Smaller samples are shifted up to 16 bits, larger
/// ones rounded. A damaged frame ends the recording with a <see cref="Warning"/>; what came before it is used.
/// </summary>
internal sealed class FlacRecording : IRecording
{
    private readonly InputBytes _input;
    private readonly FlacStreamInfo _stream;
    private readonly byte[] _bytes;
    private readonly int[][] _channels;
    private readonly short[] _ready;    // the decoded frame, interleaved
    private readonly int _mostBytes;
    private int _start, _end;           // bytes waiting
    private int _readyAt, _readyEnd;
    private long _decoded;
    private bool _inputEnded, _ended;

    private FlacRecording(InputBytes input, in FlacStreamInfo stream)
    {
        _input = input;
        _stream = stream;
        _mostBytes = FlacFrame.MostBytes(stream);
        _bytes = new byte[2 * _mostBytes + FlacBits.Padding];
        _channels = [new int[stream.LongestBlock], new int[stream.Channels == 2 ? stream.LongestBlock : 0]];
        _ready = new short[stream.LongestBlock * stream.Channels];
    }

    public int SampleRate => _stream.SampleRate;

    public int Channels => _stream.Channels;

    public long? Frames => _stream.Samples > 0 ? _stream.Samples : null;

    public string? Warning { get; private set; }

    /// <summary>Reads the metadata and the first frame.</summary>
    /// <exception cref="BadInputException">Not FLAC, a form of it that is not supported, or nothing in it can be decoded.</exception>
    public static async ValueTask<FlacRecording> OpenAsync(InputBytes input, CancellationToken cancellation = default)
    {
        var stream = await FlacMetadata.ReadAsync(input, cancellation).ConfigureAwait(false);
        var recording = new FlacRecording(input, stream);
        if (await recording.DecodeAsync(cancellation).ConfigureAwait(false)) return recording;
        throw new BadInputException($"{input.Name}: no audio in this FLAC file ({recording.Warning ?? "it ends after its header"})",
            "record or copy it again");
    }

    public async ValueTask<int> ReadAsync(Memory<short> interleaved, CancellationToken cancellation = default)
    {
        var total = 0;
        var room = interleaved.Length / Channels * Channels;
        while (total < room && (_readyAt < _readyEnd || await DecodeAsync(cancellation).ConfigureAwait(false)))
        {
            var part = _ready.AsMemory(_readyAt, Math.Min(_readyEnd - _readyAt, room - total));
            part.CopyTo(interleaved[total..]);
            _readyAt += part.Length;
            total += part.Length;
        }
        return total / Channels;
    }

    public ValueTask DisposeAsync() => _input.DisposeAsync();

    /// <summary>Decodes the next frame; false at the end, which is also where damage begins.</summary>
    private async ValueTask<bool> DecodeAsync(CancellationToken cancellation)
    {
        // What follows the last sample (tags) is nobody's business.
        if (_ended || _decoded == Frames) return false;
        await FillAsync(cancellation).ConfigureAwait(false);
        if (_start == _end)
        {
            _ended = true;
            if (Frames is { } promised)
                Warning = $"cut short: {Seconds(_decoded)} of {Seconds(promised)} are there";
            return false;
        }
        var padded = _bytes.AsSpan(_start, _end - _start + FlacBits.Padding);
        if (FlacFrame.Read(padded, _stream, _channels[0], _channels[1], out var length, out var bytes) is { } wrong)
        {
            _ended = true;
            Warning = $"damaged or cut short after {Seconds(_decoded)} ({wrong}); the rest is left out";
            return false;
        }
        _start += bytes;
        _decoded += length;
        MakeReady(length);
        return true;
    }

    /// <summary>Has a whole frame waiting, or all there is.</summary>
    private async ValueTask FillAsync(CancellationToken cancellation)
    {
        if (_inputEnded || _end - _start >= _mostBytes) return;
        _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
        (_start, _end) = (0, _end - _start);
        var room = _bytes.AsMemory(_end, _bytes.Length - FlacBits.Padding - _end);
        var read = await _input.ReadAsync(room, cancellation).ConfigureAwait(false);
        _end += read;
        _inputEnded = read < room.Length;
    }

    private void MakeReady(int length)
    {
        for (var c = 0; c < Channels; c++)
        {
            var samples = _channels[c].AsSpan(0, length);
            for (var i = 0; i < samples.Length; i++) _ready[i * Channels + c] = To16(samples[i], _stream.Bits);
        }
        (_readyAt, _readyEnd) = (0, length * Channels);
    }

    private static short To16(int sample, int bits)
    {
        if (bits <= 16) return (short)(sample << (16 - bits));
        var drop = bits - 16;
        return (short)Math.Min((sample + (1 << (drop - 1))) >> drop, short.MaxValue);
    }

    private string Seconds(long samples) => $"{samples / (double)SampleRate:F1} s";
}
