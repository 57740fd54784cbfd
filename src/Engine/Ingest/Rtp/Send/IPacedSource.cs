namespace SpeechQA.Engine.Ingest.Rtp.Send;

/// <summary>Datagrams with the times at which they are to leave, in order of these times.</summary>
public interface IPacedSource
{
    /// <summary>When the next datagram leaves, since the start of the source at its own speed; null at the end.</summary>
    TimeSpan? Due { get; }

    /// <summary>Writes the datagram that is due and moves on.</summary>
    /// <param name="datagram">At least <see cref="LongestDatagram"/>.</param>
    /// <param name="rtcp">It goes to the RTCP port.</param>
    /// <returns>Its length.</returns>
    int Next(Span<byte> datagram, out bool rtcp);

    /// <summary>Bytes.</summary>
    int LongestDatagram { get; }
}
