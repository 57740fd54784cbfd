using System.Reflection;
using SpeechQA.Engine;

namespace SpeechQA.Host.Live;

/// <summary>What this run of the server is, and how far it is behind.</summary>
internal sealed class ServerStatus(SpeechEngine engine, TranscriptionLag lag, TimeProvider time)
{
    /// <summary>ISO 8601; tells one run from another, because sequence numbers begin anew.</summary>
    public string Started { get; } = time.GetUtcNow().ToString("O");

    public string Version { get; } =
        typeof(ServerStatus)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>The worst of the live calls, seconds: audio that waits to be listened to, or speech that waits for its text.</summary>
    public double LagSeconds => Math.Max(lag.Seconds, Math.Round(WaitingAudio(), 2));

    public ServerState State => new(Started, Version, LagSeconds);

    private double WaitingAudio() => engine.Calls.All.Where(c => !c.Completion.IsCompleted).SelectMany(c => c.Legs)
        .Where(l => l.Pipe.HasEnough).Select(l => l.Pipe.WaitingSamples / (double)l.Pipe.SampleRate).DefaultIfEmpty(0).Max();
}
