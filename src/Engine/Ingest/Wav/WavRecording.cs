using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Input;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Ingest.Wav;

/// <summary>
/// A WAV recording: PCM of 8, 16, 24 or 32 bits, float, mu-law or A-law; one or two channels; 8..48 kHz. A length that the
/// writer did not know (a stream) means up to the end. A length that lies is made up for and told in <see cref="Warnings"/>: a
/// file that ends before it is used as far as it goes, samples that follow it are read (see <see cref="WavTail"/>).
/// </summary>
internal sealed class WavRecording : IRecording
{
    private const int BlockFrames = 4096;

    private readonly InputBytes _input;
    private readonly WavHeader _header;
    private readonly byte[] _block;
    private readonly List<SoundWarning> _warnings;
    private long _framesRead;
    private long _zeroFrames;       // of zeros after the promised end that are held back: padding, unless something follows them
    private int _held;              // frames in the block that wait for those to be given out
    private bool _beyond, _ended;

    private WavRecording(InputBytes input, WavHeader header)
    {
        _input = input;
        _header = header;
        _block = new byte[BlockFrames * header.Format.FrameBytes];
        _warnings = [.. header.Warnings];
    }

    public int SampleRate => _header.Format.SampleRate;

    public int Channels => _header.Format.Channels;

    public long? Frames => _header.DataBytes / _header.Format.FrameBytes;

    public IReadOnlyList<SoundWarning> Warnings => _warnings;

    /// <summary>Reads the header and makes sure that something follows it.</summary>
    /// <exception cref="BadInputException">No WAV, a damaged one, or a format that is not supported.</exception>
    public static async ValueTask<WavRecording> OpenAsync(InputBytes input, CancellationToken cancellation = default)
    {
        var header = await WavHeader.ReadAsync(input, cancellation).ConfigureAwait(false);
        var frame = new byte[header.Format.FrameBytes];
        if (await input.PeekAsync(frame, cancellation).ConfigureAwait(false) < frame.Length || header.DataBytes < frame.Length)
            throw WavHeader.NoAudio(input.Name, "no samples after its header");
        return new WavRecording(input, header);
    }

    public async ValueTask<int> ReadAsync(Memory<short> interleaved, CancellationToken cancellation = default)
    {
        var most = Math.Min(interleaved.Length / Channels, BlockFrames);
        if (_ended || most == 0) return 0;
        if (!_beyond && Frames is { } promised)
        {
            if (_framesRead < promised)
                return await ReadPromisedAsync(interleaved, (int)Math.Min(most, promised - _framesRead), cancellation)
                    .ConfigureAwait(false);
            _beyond = await FollowsAsync(cancellation).ConfigureAwait(false);
            if (!_beyond) return 0;
        }
        return _beyond ? await ReadBeyondAsync(interleaved, most, cancellation).ConfigureAwait(false)
            : await ReadFramesAsync(interleaved, most, cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _input.DisposeAsync();

    private async ValueTask<int> ReadPromisedAsync(Memory<short> interleaved, int frames, CancellationToken cancellation)
    {
        var read = await ReadFramesAsync(interleaved, frames, cancellation).ConfigureAwait(false);
        if (read == frames) return read;
        _ended = true;
        _warnings.Add(SoundWarning.OfSource(SoundWarningKind.CutShort, $"cut short: {Text(_framesRead)} of {Text(Frames!.Value)} are there",
            "record or copy it again", Seconds(_framesRead), Seconds(Frames.Value - _framesRead)));
        return read;
    }

    private async ValueTask<int> ReadFramesAsync(Memory<short> interleaved, int frames, CancellationToken cancellation)
    {
        var read = await FillAsync(frames, cancellation).ConfigureAwait(false);
        Convert(interleaved, read);
        return read;
    }

    private async ValueTask<bool> FollowsAsync(CancellationToken cancellation)
    {
        var tail = new WavTail(_input, _header.Format, Seconds(_framesRead));
        var rest = (int)(_header.DataBytes!.Value % _header.Format.FrameBytes);
        var follows = await tail.ContinuesAsync(rest, cancellation).ConfigureAwait(false);
        if (tail.Warning is { } warning) _warnings.Add(warning);
        _ended = !follows;
        return follows;
    }

    /// <summary>Samples after the promised end. Zeros at their end are what disks are filled up with.</summary>
    private async ValueTask<int> ReadBeyondAsync(Memory<short> interleaved, int most, CancellationToken cancellation)
    {
        while (_held == 0)
        {
            var read = await FillAsync(most, cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                EndBeyond();
                return 0;
            }
            if (_block.AsSpan(0, read * _header.Format.FrameBytes).ContainsAnyExcept((byte)0)) _held = read;
            else _zeroFrames += read;
        }
        if (_zeroFrames > 0)
        {
            var zeros = (int)Math.Min(_zeroFrames, most);
            WavSamples.Convert(_header.Format.Encoding, new byte[zeros * _header.Format.FrameBytes], interleaved.Span);
            _zeroFrames -= zeros;
            _framesRead += zeros;
            return zeros;
        }
        return GiveHeld(interleaved, most);
    }

    private int GiveHeld(Memory<short> interleaved, int most)
    {
        var frames = Math.Min(_held, most);
        Convert(interleaved, frames);
        _held -= frames;
        var bytes = frames * _header.Format.FrameBytes;
        if (_held > 0) _block.AsSpan(bytes, _held * _header.Format.FrameBytes).CopyTo(_block);
        return frames;
    }

    private void EndBeyond()
    {
        _ended = true;
        var more = _framesRead - Frames!.Value;
        if (more == 0) return;
        _warnings.Add(SoundWarning.OfSource(SoundWarningKind.AfterEnd,
            $"the header promises {Text(Frames.Value)}, {Text(more)} more follow: they were read as samples of the same kind",
            "check the program that writes the recording: its data size is too small", Seconds(Frames.Value), Seconds(more)));
    }

    /// <summary>Reads frames into the block; fewer at the end.</summary>
    private async ValueTask<int> FillAsync(int frames, CancellationToken cancellation)
    {
        var wanted = _block.AsMemory(0, frames * _header.Format.FrameBytes);
        return await _input.ReadAsync(wanted, cancellation).ConfigureAwait(false) / _header.Format.FrameBytes;
    }

    private void Convert(Memory<short> interleaved, int frames)
    {
        WavSamples.Convert(_header.Format.Encoding, _block.AsSpan(0, frames * _header.Format.FrameBytes), interleaved.Span);
        _framesRead += frames;
    }

    private double Seconds(long frames) => frames / (double)SampleRate;

    private string Text(long frames) => $"{Seconds(frames):F1} s";
}
