using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using SpeechQA.Host.Server;

namespace SpeechQA.Host.Api;

/// <summary>
/// Which address whoever asks for a call is told to send RTP to: the one that the server was given for it; else the one that the
/// ports are open on; where they are open on all of them, the one that the question came to, for the asker reaches that.
/// </summary>
internal static class RtpAddressTold
{
    /// <param name="bound">The address the ports are open on.</param>
    /// <param name="options">Of the server.</param>
    /// <param name="asked">The local address of the connection that asks; null when it has none.</param>
    public static IPAddress Of(IPAddress bound, ServerOptions options, IPAddress? asked)
    {
        if (options.RtpPublicAddress is { } told) return IPAddress.Parse(told);
        if (!bound.Equals(IPAddress.Any) && !bound.Equals(IPAddress.IPv6Any)) return bound;
        if (asked is { IsIPv4MappedToIPv6: true }) asked = asked.MapToIPv4();
        if (asked is null) return OfMachine(bound.AddressFamily) ?? bound;
        if (asked.AddressFamily == bound.AddressFamily) return asked;
        // Asked over the other family, in which no port is open.
        if (IPAddress.IsLoopback(asked))
            return bound.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        return OfMachine(bound.AddressFamily) ?? bound;
    }

    private static IPAddress? OfMachine(AddressFamily family) => NetworkInterface.GetAllNetworkInterfaces()
        .Where(n => n.OperationalStatus == OperationalStatus.Up)
        .SelectMany(n => n.GetIPProperties().UnicastAddresses)
        .Select(u => u.Address)
        .FirstOrDefault(a => a.AddressFamily == family && !IPAddress.IsLoopback(a) && !a.IsIPv6LinkLocal);
}
