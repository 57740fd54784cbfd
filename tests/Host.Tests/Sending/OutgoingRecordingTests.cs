using System.Buffers.Binary;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Send;
using SpeechQA.Host.Sending;

namespace SpeechQA.Host.Tests.Sending;

public sealed class OutgoingRecordingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(8_000, null, "PCMU", 8_000)]
    [InlineData(16_000, null, "L16", 16_000)]
    [InlineData(16_000, RtpCodec.Pcma, "PCMA", 8_000)]
    [InlineData(44_100, RtpCodec.Pcmu, "PCMU", 8_000)]
    [InlineData(22_050, RtpCodec.L16, "L16", 22_050)]
    public async Task The_codec_fits_the_recording_and_a_tone_keeps_its_pitch_and_length(int rate, RtpCodec? codec, string sentAs,
        int sentAt)
    {
        var path = Path.Combine(_folder.Path, "tone.wav");
        await File.WriteAllBytesAsync(path, Tone(rate, seconds: 1, hertz: 500));
        var call = await OutgoingRecording.LoadAsync(path, new OutgoingOptions { Codec = codec }, TimeProvider.System, default);
        var leg = Assert.Single(call.Request.Legs!)!;
        Assert.Equal((sentAs, sentAt, "unknown"), (leg.Codec, leg.ClockRate, leg.Party));
        var samples = Sent(call.Legs[0], sentAs);
        Assert.InRange(samples.Count / (double)sentAt, 0.99, 1.03);
        // A tone of 500 Hz crosses zero a thousand times a second; edges may add a few.
        Assert.InRange(Enumerable.Range(1, samples.Count - 1).Count(i => samples[i - 1] < 0 != samples[i] < 0), 985, 1015);
    }

    [Fact]
    public async Task A_recording_without_audio_is_refused()
    {
        var path = Path.Combine(_folder.Path, "empty.wav");
        await File.WriteAllBytesAsync(path, Tone(8_000, seconds: 0, hertz: 1));
        await Assert.ThrowsAsync<BadInputException>(() =>
            OutgoingRecording.LoadAsync(path, new OutgoingOptions(), TimeProvider.System, default));
    }

    private static List<short> Sent(IPacedSource source, string codec)
    {
        List<short> samples = [];
        var datagram = new byte[source.LongestDatagram];
        while (source.Due is not null)
        {
            var length = source.Next(datagram, out var rtcp);
            if (rtcp) continue;
            var payload = datagram.AsSpan(12, length - 12);
            if (codec == "L16")
                for (var i = 0; i < payload.Length; i += 2) samples.Add(BinaryPrimitives.ReadInt16BigEndian(payload[i..]));
            else
                foreach (var octet in payload) samples.Add(Sign(octet));
        }
        return samples;
    }

    // In both laws the highest bit is set for positive samples.
    private static short Sign(byte octet) => (short)((octet & 0x80) != 0 ? 1 : -1);

    private static byte[] Tone(int rate, int seconds, double hertz)
    {
        var data = new byte[rate * seconds * 2];
        for (var i = 0; i < data.Length / 2; i++)
            BinaryPrimitives.WriteInt16LittleEndian(data.AsSpan(2 * i), (short)(8_000 * Math.Sin(2 * Math.PI * hertz * (i + 0.5) / rate)));
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("RIFF"u8);
        writer.Write(36 + data.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(rate);
        writer.Write(rate * 2);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(data.Length);
        writer.Write(data);
        return stream.ToArray();
    }
}
