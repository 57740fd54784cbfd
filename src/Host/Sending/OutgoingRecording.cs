using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Engine.Pipes;
using SpeechQA.Host.Api;

namespace SpeechQA.Host.Sending;

/// <summary>Makes a call of a recording: one leg for each channel.</summary>
internal static class OutgoingRecording
{
    private const int Telephone = 8_000;
    private const int BlockFrames = 8_192;

    /// <summary>Longest recording that is sent, hours: it is held in memory.</summary>
    private const int LongestHours = 4;

    /// <exception cref="BadInputException">The file is no recording that can be sent.</exception>
    public static async Task<OutgoingCall> LoadAsync(string path, OutgoingOptions options, TimeProvider time,
        CancellationToken cancellation)
    {
        await using var recording = await Recordings.OpenAsync(path, cancellation).ConfigureAwait(false);
        var name = Path.GetFileName(path);
        var channels = await ReadAsync(recording, name, cancellation).ConfigureAwait(false);
        var codec = options.Codec ?? (recording.SampleRate == Telephone ? RtpCodec.Pcmu : RtpCodec.L16);
        var format = new PayloadFormat(codec, codec == RtpCodec.L16 ? recording.SampleRate : Telephone);
        var type = (byte)(codec switch { RtpCodec.Pcmu => 0, RtpCodec.Pcma => 8, _ => 96 });
        var request = new CallRequest
        {
            CallId = options.CallId,
            Agent = options.Agent,
            Queue = options.Queue,
            Language = options.Language,
            Legs = [.. Enumerable.Range(1, channels.Length).Select(channel => new LegRequest
            {
                Party = channels.Length == 1 ? PartyName.Unknown
                    : channel == options.AgentChannel ? PartyName.Agent : PartyName.Customer,
                Codec = PayloadMap.Name(codec),
                ClockRate = format.ClockRate,
                PayloadType = type,
            })],
        };
        var legs = channels.Select((samples, i) => new RtpStream(
            AtRate(samples, recording.SampleRate, format.ClockRate),
            new RtpStreamSettings
            {
                Format = format,
                PayloadType = type,
                PacketMs = options.PacketMs,
                LossPercent = options.LossPercent,
                JitterMs = options.JitterMs,
                Seed = i + 1,
            },
            time));
        return new OutgoingCall(name, request, [.. legs], TimeSpan.FromSeconds(channels[0].Length / (double)recording.SampleRate));
    }

    private static async Task<short[][]> ReadAsync(IRecording recording, string name, CancellationToken cancellation)
    {
        var channels = new List<short>[recording.Channels];
        for (var c = 0; c < channels.Length; c++) channels[c] = [];
        var block = new short[BlockFrames * recording.Channels];
        int frames;
        while ((frames = await recording.ReadAsync(block, cancellation).ConfigureAwait(false)) > 0)
        {
            for (var i = 0; i < frames * recording.Channels; i++) channels[i % recording.Channels].Add(block[i]);
            if (channels[0].Count > (long)LongestHours * 3600 * recording.SampleRate)
                throw new BadInputException($"{name}: longer than {LongestHours} hours", "cut it into parts");
        }
        if (channels[0].Count == 0) throw new BadInputException($"{name}: no audio in it", "give a recording with speech");
        return [.. channels.Select(c => c.ToArray())];
    }

    /// <summary>At the codec's rate: that of the recording, or 8 kHz.</summary>
    private static short[] AtRate(short[] samples, int from, int to)
    {
        if (from == to) return samples;
        // The resampler goes to 16 kHz; half a rate goes to half of that, so telling it twice the rate gives 8 kHz.
        return from <= 24_000 ? Resample(samples, 2 * from) : Resample(Resample(samples, from), 2 * AudioTime.Rate);
    }

    private static short[] Resample(short[] samples, int rate)
    {
        var resampler = new Resampler(rate);
        var output = new float[resampler.MostOutputs(samples.Length) + resampler.MostOutputs(0)];
        var count = resampler.Process(samples, output);
        count += resampler.Flush(output.AsSpan(count));
        return [.. output.Take(count).Select(s => (short)Math.Clamp(MathF.Round(s * 32_768), short.MinValue, short.MaxValue))];
    }
}
