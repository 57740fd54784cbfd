using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Tests.Ingest;

internal static class RecordingReading
{
    /// <summary>All samples, read in blocks of <paramref name="frames"/>.</summary>
    public static async Task<short[]> ReadAllAsync(this IRecording recording, int frames = 1_000)
    {
        var all = new List<short>();
        var block = new short[frames * recording.Channels];
        while (await recording.ReadAsync(block) is > 0 and var read) all.AddRange(block[..(read * recording.Channels)]);
        return [.. all];
    }
}

/// <summary>A stream that gives at most a few bytes at a time, as a pipe may.</summary>
internal sealed class Trickle(byte[] bytes, int most) : MemoryStream(bytes)
{
    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, most)]);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, most)], cancellation);
}
