using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Pipes;

/// <summary>A recording that is read once from front to back.</summary>
public interface IRecording : IAsyncDisposable
{
    /// <summary>Samples per second and channel, 8000..48000.</summary>
    int SampleRate { get; }

    /// <summary>1 or 2.</summary>
    int Channels { get; }

    /// <summary>Frames (one sample of each channel) that the header promises, or null when it does not say.</summary>
    long? Frames { get; }

    /// <summary>
    /// Fills <paramref name="interleaved"/> with 16-bit samples and answers how many frames were read; 0 at the end.
    /// </summary>
    ValueTask<int> ReadAsync(Memory<short> interleaved, CancellationToken cancellation = default);

    /// <summary>After the end: what was wrong with the file without making it useless (cut short, a size that lies).</summary>
    IReadOnlyList<SoundWarning> Warnings { get; }
}
