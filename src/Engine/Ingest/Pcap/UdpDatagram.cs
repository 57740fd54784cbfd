namespace SpeechQA.Engine.Ingest.Pcap;

/// <summary>A datagram of a capture.</summary>
/// <param name="Time">Since 1970-01-01 UTC, in steps of 100 ns, as the capturing machine stamped it.</param>
/// <param name="Payload">Valid until the next read.</param>
public readonly record struct UdpDatagram(TimeSpan Time, UdpEndPoint Source, UdpEndPoint Destination, ReadOnlyMemory<byte> Payload);
