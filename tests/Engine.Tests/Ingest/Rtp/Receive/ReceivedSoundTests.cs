using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Tests.Ingest.Rtp.Receive;

/// <summary>RTP that yields no sound, through a receiver on a clock of milliseconds.</summary>
public sealed class ReceivedSoundTests
{
    private readonly List<(SoundWarning Warning, bool Over)> _told = [];
    private readonly LegPipe _pipe = new(8_000);
    private readonly RtpReceiver _receiver;
    private readonly AudioOrigin _origin = new();

    public ReceivedSoundTests() => _receiver = new RtpReceiver(_pipe, PayloadMap.Usual, arrivalsPerSecond: 1000, new RtpReceiverOptions
    {
        Origin = _origin,
        Warned = (warning, over) => _told.Add((warning, over)),
    });

    private void Send(int index, byte type, int length = 160, uint step = 160, uint ssrc = 7) => _receiver.Receive(new RtpBuilder
    {
        PayloadType = type,
        Sequence = (ushort)index,
        Timestamp = (uint)index * step,
        Ssrc = ssrc,
        Payload = [.. Enumerable.Repeat((byte)0x55, length)],
    }.Build(), ReceiverHarness.Peer, index * 20);

    private void Until(int seconds)
    {
        for (var now = 0; now <= seconds * 1000; now += 50) _receiver.Tick(now);
    }

    private string Kinds => string.Join(' ', _told.Select(t => (t.Over ? "-" : "") + t.Warning.Kind));

    [Theory]
    [InlineData(9, 160, 160u, "undecodable-codec", "payload type 9 (G.722)")]
    [InlineData(18, 20, 160u, "undecodable-codec", "payload type 18 (G.729)")]
    [InlineData(3, 33, 160u, "undecodable-codec", "payload type 3 (GSM 06.10)")]
    [InlineData(111, 70, 960u, "undecodable-codec", "payload type 111 (Opus, by its clock of 48 kHz)")]
    [InlineData(97, 38, 160u, "unknown-payload-type", "payload type 97 (dynamic)")]
    [InlineData(11, 200, 882u, "undecodable-codec", "payload type 11 is L16/44100, which does not fit a leg of 8000 samples per second")]
    public void A_codec_that_is_not_decoded_is_named_with_its_first_packets_and_only_once(byte type, int length, uint step, string kind,
        string cause)
    {
        for (var i = 0; i < 4; i++) Send(i, type, length, step);
        Assert.Empty(_told);
        for (var i = 4; i < 100; i++) Send(i, type, length, step);
        var (warning, over) = Assert.Single(_told);
        Assert.Equal((kind, 0.0, null, false), (warning.Kind, warning.Start, warning.Seconds, over));
        Assert.Contains(cause, warning.Cause);

        _receiver.Complete();
        Assert.Equal(1.98, _told[^1].Warning.Seconds);
        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public void Events_keepalives_and_stray_packets_are_no_codec()
    {
        for (var i = 0; i < 50; i++) Send(i, 96, length: 4);
        for (var i = 0; i < 50; i++) Send(i, 20, length: 0);
        for (var i = 0; i < 4; i++) Send(i, 34);
        Assert.Empty(_told);
    }

    [Fact]
    public void A_codec_that_changes_in_the_call_is_told_where_it_begins()
    {
        for (var i = 0; i < 100; i++) Send(i, 0);
        for (var i = 100; i < 200; i++) Send(i, 9);
        var (warning, _) = Assert.Single(_told);
        Assert.Equal((SoundWarningKind.UndecodableCodec, 2.0), (warning.Kind, warning.Start));
    }

    [Fact]
    public void Comfort_noise_alone_is_told_after_15_seconds_of_audio_time()
    {
        for (var i = 0; i < 3; i++) Send(i, 13, length: 1);
        Until(15);
        Assert.Empty(_told);
        Until(16);
        Assert.Equal(SoundWarningKind.ComfortNoiseOnly, Kinds);
        _receiver.Complete();
        Assert.InRange(_told[^1].Warning.Seconds!.Value, 15, 16);
    }

    [Fact]
    public void No_packets_are_told_and_taken_back_when_they_come()
    {
        _origin.Begin(0, 1000);
        Until(16);
        Assert.Equal(SoundWarningKind.NoPackets, Kinds);
        for (var i = 900; i < 910; i++) Send(i, 0);
        Assert.Equal("no-packets -no-packets", Kinds);
        _receiver.Complete();
        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public void A_leg_that_ends_without_a_packet_is_told()
    {
        _receiver.Complete();
        Assert.Equal(SoundWarningKind.NoPackets, Kinds);
    }

    [Fact]
    public void Packets_of_a_codec_that_is_not_decoded_are_packets()
    {
        for (var i = 0; i < 10; i++) Send(i, 9);
        _origin.Begin(0, 1000);
        Until(20);
        _receiver.Complete();
        Assert.Equal("undecodable-codec undecodable-codec", Kinds);
    }
}
