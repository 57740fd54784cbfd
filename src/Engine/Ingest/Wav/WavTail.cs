using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Input;

namespace SpeechQA.Engine.Ingest.Wav;

/// <summary>
/// What stands in a WAV after the samples that its header promises. Chunks, text and zeros are no sound and are passed over;
/// what looks like none of these is taken for more samples, because recorders that die, or write the size too early, leave such
/// files. Sound that may follow and is not read is told.
/// </summary>
internal sealed class WavTail(InputBytes input, WavFormat format, double promisedSeconds)
{
    private const int LookBytes = 4 << 10;

    /// <summary>Less is not worth a word.</summary>
    private const double ShortestSeconds = 0.5;

    /// <summary>Sound that may follow and was not read, or null.</summary>
    public SoundWarning? Warning { get; private set; }

    /// <summary>Looks at what follows; true when it is to be read as samples.</summary>
    /// <param name="rest">Bytes of the promised samples that are no whole frame; not taken yet.</param>
    public async ValueTask<bool> ContinuesAsync(int rest, CancellationToken cancellation)
    {
        var look = new byte[LookBytes];
        var count = await input.PeekAsync(look, cancellation).ConfigureAwait(false);
        if (count < rest + format.FrameBytes + 1) return false;
        // An odd chunk is followed by a pad byte, or should be.
        for (var at = rest; at <= rest + 1; at++)
        {
            if (!WavChunks.IsChunk(look.AsSpan(at, count - at), input.Left - at - WavChunks.HeaderBytes)) continue;
            await input.SkipAsync(at, cancellation).ConfigureAwait(false);
            await PassChunksAsync(cancellation).ConfigureAwait(false);
            return false;
        }
        if (!IsText(look.AsSpan(rest, count - rest))) return true;
        await TellRestAsync("text follows the samples", cancellation).ConfigureAwait(false);
        return false;
    }

    private async ValueTask PassChunksAsync(CancellationToken cancellation)
    {
        var chunks = new WavChunks(input);
        var next = new byte[WavChunks.HeaderBytes];
        while (await input.PeekAsync(next, cancellation).ConfigureAwait(false) == next.Length)
        {
            if (!WavChunks.IsChunk(next, input.Left - WavChunks.HeaderBytes))
            {
                await TellRestAsync($"unknown bytes follow the chunk '{WavChunks.NameOf(chunks.Id)}'", cancellation).ConfigureAwait(false);
                return;
            }
            await chunks.NextAsync(cancellation).ConfigureAwait(false);
            if (WavChunks.NameOf(chunks.Id) is "data" or "RIFF" or "RF64" or "BW64")
            {
                await TellRestAsync("another recording follows in the same file", cancellation).ConfigureAwait(false);
                return;
            }
            await chunks.SkipAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Passes over all that is left, and tells how much sound it would be.</summary>
    private async ValueTask TellRestAsync(string what, CancellationToken cancellation)
    {
        var block = new byte[LookBytes];
        var (bytes, silent) = (0L, true);
        while (await input.ReadAsync(block, cancellation).ConfigureAwait(false) is > 0 and var read)
        {
            bytes += read;
            silent &= !block.AsSpan(0, read).ContainsAnyExcept((byte)0);
        }
        var seconds = bytes / (double)(format.FrameBytes * format.SampleRate);
        if (silent || seconds < ShortestSeconds) return;
        Warning = SoundWarning.OfSource(SoundWarningKind.AfterEnd,
            $"{what}: as samples they would be {seconds:F1} s more; they were taken for no part of this recording",
            "check the file, and split or export it again if there is sound in it", promisedSeconds, seconds);
    }

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        foreach (var letter in bytes)
            if (letter is not (>= 0x20 and <= 0x7E or (byte)'\t' or (byte)'\r' or (byte)'\n')) return false;
        return true;
    }
}
