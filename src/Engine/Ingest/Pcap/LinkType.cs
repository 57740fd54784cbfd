namespace SpeechQA.Engine.Ingest.Pcap;

/// <summary>The link layers that are read, by their LINKTYPE_ number (www.tcpdump.org/linktypes.html).</summary>
internal enum LinkType
{
    /// <summary>A frame that belongs to no interface.</summary>
    None = -1,
    Null = 0,
    Ethernet = 1,
    RawBsd = 12,
    RawOpenBsd = 14,
    Raw = 101,
    Loop = 108,
    LinuxCooked = 113,
    IPv4 = 228,
    IPv6 = 229,
    LinuxCooked2 = 276,
}
