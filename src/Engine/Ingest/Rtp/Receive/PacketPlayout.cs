using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>
/// What a leg's packets become once they are in order: telephone events are put together, comfort noise announces silence, audio is
/// decoded and given to the <see cref="AudioPlayout"/>.
/// </summary>
internal sealed class PacketPlayout
{
    private readonly AudioPlayout _audio;
    private readonly TelephoneEvents _events;
    private readonly short[] _samples;
    private readonly int _eventEnd;

    /// <param name="longestPayload">Bytes.</param>
    /// <param name="sampleRate">Of the audio, 8000..48000.</param>
    public PacketPlayout(AudioPlayout audio, int longestPayload, int sampleRate)
    {
        _audio = audio;
        _samples = new short[longestPayload];
        _events = new TelephoneEvents(Tell);
        // Audio this long after an event's last packet says that the event is over (100 ms).
        _eventEnd = sampleRate / 10;
    }

    /// <summary>Called for each telephone event.</summary>
    public Action<TelephoneEvent>? EventReceived { get; set; }

    /// <summary>Called once, when the first audio is decoded.</summary>
    public Action? FirstAudio { get; set; }

    /// <summary>Telephone events so far.</summary>
    public long Events { get; private set; }

    /// <summary>A packet in its order.</summary>
    public void Play(in RtpPacket packet, in Delivery delivery)
    {
        if (delivery.Restart) _audio.Restart();
        // What means nothing here only takes its place in the sequence.
        if (delivery.Format is not { } format) return;
        _audio.Anchor(packet.Timestamp, delivery.Arrival);
        switch (format.Codec)
        {
            case RtpCodec.TelephoneEvent:
                _events.Packet(packet.Payload, packet.Timestamp, _audio.Locate(packet.Timestamp));
                break;
            case RtpCodec.ComfortNoise:
                _audio.AnnounceSilence(delivery.Missing);
                break;
            default:
                FirstAudio?.Invoke();
                FirstAudio = null;
                _events.Audio(_audio.Locate(packet.Timestamp), _eventEnd);
                var count = AudioPayload.Decode(format.Codec, packet.Payload, _samples);
                _audio.WriteAudio(_samples.AsSpan(0, count), packet.Timestamp, delivery.Arrival, delivery.Missing);
                break;
        }
    }

    /// <summary>Tells an event that is open.</summary>
    public void EndEvent() => _events.End();

    private void Tell(TelephoneEvent told)
    {
        Events++;
        EventReceived?.Invoke(told);
    }
}
