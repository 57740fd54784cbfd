using System.Net;
using SpeechQA.Engine.Ingest.Rtp.Send;
using SpeechQA.Host.Api;

namespace SpeechQA.Host.Sending;

/// <summary>Sends a call: opens it at the server, streams its legs as RTP at their pace, and ends it, whatever happens.</summary>
internal sealed class CallSender(CallClient client, TimeProvider time, double speed = 1)
{
    /// <summary>So that the last packets are read before the server closes the ports.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the end of a call may take to tell when the sender itself is being stopped.</summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(5);

    /// <param name="opened">Told when the server has opened the call.</param>
    /// <returns>Datagrams sent.</returns>
    /// <exception cref="SpeechQA.Engine.Core.BadInputException">The server is not there or refuses, or the network does.</exception>
    public async Task<long> SendAsync(OutgoingCall call, Action<CallOpened>? opened = null, CancellationToken cancellation = default)
    {
        var answer = await client.OpenAsync(call.Request, cancellation).ConfigureAwait(false);
        try
        {
            opened?.Invoke(answer);
            using var sender = new PacedRtpSender(time, speed);
            foreach (var (source, leg) in call.Legs.Zip(answer.Legs))
                sender.Add(source, new IPEndPoint(IPAddress.Parse(leg.Address), leg.RtpPort));
            await sender.RunAsync(cancellation).ConfigureAwait(false);
            await Task.Delay(Linger, time, cancellation).ConfigureAwait(false);
            return sender.Sent;
        }
        finally
        {
            using var timeout = new CancellationTokenSource(EndTimeout);
            await client.EndAsync(answer.Id, timeout.Token).ConfigureAwait(false);
        }
    }
}
