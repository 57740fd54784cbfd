using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Host.Api;
using SpeechQA.Host.Sending;

namespace SpeechQA.Host.Tests;

/// <summary>The beginning of a sample call, to be sent.</summary>
internal static class Speech
{
    public const string Sample = "en-01-telecom-cancel.wav";

    public static async Task<OutgoingCall> LoadAsync(double seconds, string sample = Sample, double from = 0, string? callId = null)
    {
        await using var recording = await Recordings.OpenAsync(Repository.Path("samples", "audio", sample));
        var samples = new short[(int)((from + seconds) * recording.SampleRate) * recording.Channels];
        var frames = 0;
        for (int read; frames * recording.Channels < samples.Length; frames += read)
            if ((read = await recording.ReadAsync(samples.AsMemory(frames * recording.Channels))) == 0) break;
        var skip = (int)(from * recording.SampleRate);
        var legs = Enumerable.Range(0, 2).Select(channel => new RtpStream(
            Enumerable.Range(skip, frames - skip).Select(i => samples[i * 2 + channel]).ToArray(),
                new RtpStreamSettings { Seed = channel + 1 }, TimeProvider.System));
        return new OutgoingCall(sample, new CallRequest
        {
            CallId = callId,
            Agent = "Mia",
            Language = sample[..2],
            Legs = [new LegRequest { Party = "agent", Codec = "PCMU" }, new LegRequest { Party = "customer", Codec = "PCMU" }],
        }, [.. legs], TimeSpan.FromSeconds(seconds));
    }
}
