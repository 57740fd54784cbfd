using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Calls;

/// <summary>Writes a recording into the legs of a call, one channel each, as fast as they take it.</summary>
public static class RecordingPlayer
{
    private const int BlockFrames = 4_096;

    /// <summary>Plays to the end and completes the pipes.</summary>
    /// <param name="channels">For each leg of the call the channel it hears, 0-based.</param>
    /// <returns>Frames (one sample of each channel) played.</returns>
    public static async Task<long> PlayAsync(IRecording recording, Call call, IReadOnlyList<int> channels,
        CancellationToken cancellation = default)
    {
        var interleaved = new short[BlockFrames * recording.Channels];
        var one = new short[BlockFrames];
        var total = 0L;
        try
        {
            int frames;
            while ((frames = await recording.ReadAsync(interleaved, cancellation).ConfigureAwait(false)) > 0)
            {
                total += frames;
                for (var leg = 0; leg < call.Legs.Count; leg++)
                {
                    for (var i = 0; i < frames; i++) one[i] = interleaved[i * recording.Channels + channels[leg]];
                    await call.Legs[leg].Pipe.WriteAsync(one.AsMemory(0, frames), cancellation).ConfigureAwait(false);
                }
            }
            foreach (var warning in recording.Warnings) call.Warn(warning);
        }
        finally
        {
            foreach (var leg in call.Legs) leg.Pipe.Complete();
        }
        return total;
    }
}
