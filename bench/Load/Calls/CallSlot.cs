using System.Net;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Sending;

namespace SpeechQA.Bench.Load.Calls;

/// <summary>
/// One place at which there is always a call: opens it, sends it, ends it, and begins the next recording at once.
/// </summary>
/// <param name="number">0, 1, 2 ...: decides which recordings come, and what is lost of them.</param>
/// <param name="opened">Told of each call before its first packet.</param>
internal sealed class CallSlot(int number, IReadOnlyList<LoadSample> samples, LoadOptions options, CallClient client, PacingThread pacing,
    Func<LoadCall, Task> opened)
{
    /// <summary>Its multiples lie as evenly between whole numbers as any.</summary>
    public const double GoldenRatio = 0.618_033_988_75;

    /// <summary>So that the last packets are read before the server closes the ports.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(500);

    /// <summary>Calls that the server refused.</summary>
    public int Refused { get; private set; }

    /// <summary>Runs until it is cancelled; then the call under way is ended.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        for (var round = 0; !cancellation.IsCancellationRequested; round++)
        {
            var sample = samples[(number + round) % samples.Count];
            try
            {
                await SendAsync(sample, round == 0 ? OffsetOf(sample) : 0, number + round * 1_000, cancellation).ConfigureAwait(false);
            }
            catch (BadInputException) when (!cancellation.IsCancellationRequested)
            {
                Refused++;
                await PauseAsync(Again, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is BadInputException or OperationCanceledException && cancellation.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task SendAsync(LoadSample sample, double offset, int seed, CancellationToken cancellation)
    {
        var answer = await client.OpenAsync(LoadCall.Request(sample, $"Agent {number + 1}"), cancellation).ConfigureAwait(false);
        LoadCall? call = null;
        try
        {
            call = new LoadCall(answer.Id, sample, offset, options.Network, options.Seed + seed);
            await opened(call).ConfigureAwait(false);
            await pacing.SendAsync(call, [.. answer.Legs.Select(l => new IPEndPoint(IPAddress.Parse(l.Address), l.RtpPort))], cancellation)
                .ConfigureAwait(false);
            await PauseAsync(Linger, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            if (call is not null) call.IsOver = true;
            await EndAsync(answer.Id).ConfigureAwait(false);
        }
    }

    private async Task EndAsync(string id)
    {
        try
        {
            await client.EndAsync(id, CancellationToken.None).ConfigureAwait(false);
        }
        catch (BadInputException)
        {
            // Stopped meanwhile, or busy for longer than we wait: the call's end is seen on the page, or missed there.
        }
    }

    /// <summary>The first calls begin at other places of their recordings, as calls under way would: whole packets.</summary>
    private double OffsetOf(LoadSample sample)
    {
        var seconds = options.From ?? number * GoldenRatio % 1 * 0.8 * sample.Seconds;
        return Math.Round(Math.Clamp(seconds, 0, sample.Seconds - 1) * 1000 / LoadCall.PacketMs) * LoadCall.PacketMs / 1000;
    }

    private static async Task PauseAsync(TimeSpan time, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(time, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The run ends.
        }
    }
}
