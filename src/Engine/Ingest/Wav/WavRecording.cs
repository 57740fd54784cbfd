namespace SpeechQA.Engine.Ingest.Wav;

/// <summary>
/// A WAV recording: PCM of 8, 16, 24 or 32 bits, float, mu-law or A-law; one or two channels; 8..48 kHz. A file that ends
/// before its promised length is used as far as it goes, with a <see cref="Warning"/>; a length that the writer did not
/// know (a stream) means up to the end.
/// </summary>
internal sealed class WavRecording : IRecording
{
    private const int BlockFrames = 4096;

    private readonly InputBytes _input;
    private readonly WavHeader _header;
    private readonly byte[] _block;
    private long _framesRead;

    private WavRecording(InputBytes input, in WavHeader header)
    {
        _input = input;
        _header = header;
        _block = new byte[BlockFrames * header.Format.FrameBytes];
    }

    public int SampleRate => _header.Format.SampleRate;

    public int Channels => _header.Format.Channels;

    public long? Frames => _header.DataBytes / _header.Format.FrameBytes;

    public string? Warning { get; private set; }

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
        var format = _header.Format;
        var frames = Math.Min(interleaved.Length / format.Channels, BlockFrames);
        if (Frames is { } promised) frames = (int)Math.Min(frames, promised - _framesRead);
        if (frames == 0) return 0;

        var wanted = _block.AsMemory(0, frames * format.FrameBytes);
        var read = await _input.ReadAsync(wanted, cancellation).ConfigureAwait(false) / format.FrameBytes;
        WavSamples.Convert(format.Encoding, wanted.Span[..(read * format.FrameBytes)], interleaved.Span);
        _framesRead += read;
        if (read < frames && Frames is { } all)
            Warning = $"cut short: {Seconds(_framesRead)} of {Seconds(all)} are there";
        return read;
    }

    public ValueTask DisposeAsync() => _input.DisposeAsync();

    private string Seconds(long frames) => $"{frames / (double)SampleRate:F1} s";
}
