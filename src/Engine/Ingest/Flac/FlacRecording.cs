using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Input;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Ingest.Flac;

/// <summary>
/// A FLAC recording (RFC 9639): mono or stereo, 8..24 bits, 8..48 kHz. Smaller samples are shifted up to 16 bits, larger
/// ones rounded. A damaged frame ends the recording with one of <see cref="Warnings"/>; what came before it is used. A total
/// that is too small is made up for: frames are read as long as their checksums are right.
/// </summary>
internal sealed class FlacRecording : IRecording
{
    private const string CopyAgain = "record or copy it again";

    private readonly InputBytes _input;
    private readonly FlacStreamInfo _stream;
    private readonly byte[] _bytes;
    private readonly int[][] _channels;
    private readonly short[] _ready;    // the decoded frame, interleaved
    private readonly int _mostBytes;
    private readonly FlacChecksum _checksum;
    private readonly List<SoundWarning> _warnings = [];
    private int _start, _end;           // bytes waiting
    private int _readyAt, _readyEnd;
    private long _decoded;
    private bool _inputEnded, _ended;

    private FlacRecording(InputBytes input, in FlacStreamInfo stream)
    {
        _input = input;
        _stream = stream;
        _checksum = new FlacChecksum(stream);
        _mostBytes = FlacFrame.MostBytes(stream);
        _bytes = new byte[2 * _mostBytes + FlacBits.Padding];
        _channels = [new int[stream.LongestBlock], new int[stream.Channels == 2 ? stream.LongestBlock : 0]];
        _ready = new short[stream.LongestBlock * stream.Channels];
    }

    public int SampleRate => _stream.SampleRate;

    public int Channels => _stream.Channels;

    public long? Frames => _stream.Samples > 0 ? _stream.Samples : null;

    public IReadOnlyList<SoundWarning> Warnings => _warnings;

    /// <summary>Reads the metadata and the first frame.</summary>
    /// <exception cref="BadInputException">Not FLAC, a form of it that is not supported, or nothing in it can be decoded.</exception>
    public static async ValueTask<FlacRecording> OpenAsync(InputBytes input, CancellationToken cancellation = default)
    {
        var stream = await FlacMetadata.ReadAsync(input, cancellation).ConfigureAwait(false);
        var recording = new FlacRecording(input, stream);
        if (await recording.DecodeAsync(cancellation).ConfigureAwait(false)) return recording;
        var why = recording._warnings.FirstOrDefault()?.Cause ?? "it ends after its header";
        throw new BadInputException($"{input.Name}: no audio in this FLAC file ({why})", CopyAgain);
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

    public ValueTask DisposeAsync()
    {
        _checksum.Dispose();
        return _input.DisposeAsync();
    }

    /// <summary>Decodes the next frame; false at the end, which is also where damage begins.</summary>
    private async ValueTask<bool> DecodeAsync(CancellationToken cancellation)
    {
        if (_ended) return false;
        await FillAsync(cancellation).ConfigureAwait(false);
        if (_start == _end)
        {
            End();
            return false;
        }
        var padded = _bytes.AsSpan(_start, _end - _start + FlacBits.Padding);
        if (FlacFrame.Read(padded, _stream, _channels[0], _channels[1], out var length, out var bytes) is { } wrong)
        {
            // After the last sample there may be tags; before it, that is damage.
            var again = _bytes.AsSpan(_start, _end - _start).StartsWith("fLaC"u8);
            End(_decoded >= Frames || again ? null : wrong);
            if (again)
                Warn(SoundWarningKind.AfterEnd, "another FLAC recording follows in the same file; it is not read", "split the file",
                    _decoded, null);
            return false;
        }
        _start += bytes;
        _decoded += length;
        _checksum.Add(_channels[0].AsSpan(0, length), _channels[1].AsSpan(0, Channels == 2 ? length : 0));
        MakeReady(length);
        return true;
    }

    /// <param name="wrong">What is wrong with the frame that is due, or null when none is.</param>
    private void End(string? wrong = null)
    {
        _ended = true;
        var missing = Frames - _decoded;
        if (wrong is not null)
            Warn(SoundWarningKind.Damaged, $"damaged or cut short after {Text(_decoded)} ({wrong}); the rest is left out", CopyAgain,
                _decoded, missing);
        else if (missing > 0)
            Warn(SoundWarningKind.CutShort, $"cut short: {Text(_decoded)} of {Text(Frames!.Value)} are there", CopyAgain,
                _decoded, missing);
        else if (!_checksum.Fits())
            Warn(SoundWarningKind.Checksum, "the samples do not have the MD5 sum of the header",
                "copy it again, and compare with the original", 0, null);
        if (missing < 0)
            Warn(SoundWarningKind.AfterEnd,
                $"the header promises {Text(Frames!.Value)}, {Text(-missing.Value)} more follow: they were read",
                "check the program that writes the recording: its number of samples is too small", Frames.Value, -missing);
    }

    private void Warn(string kind, string cause, string remedy, long start, long? frames) =>
        _warnings.Add(SoundWarning.OfSource(kind, cause, remedy, Seconds(start), frames is { } count ? Seconds(count) : null));

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

    private double Seconds(long samples) => samples / (double)SampleRate;

    private string Text(long samples) => $"{Seconds(samples):F1} s";
}
