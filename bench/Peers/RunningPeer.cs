namespace SpeechQA.Bench.Peers;

/// <summary>One that recognises, in a process of its own on the given core.</summary>
/// <param name="Batch">Utterances that it gets at a time.</param>
/// <param name="Cut">The encoder hears no more than our window.</param>
internal sealed record RunningPeer(PeerFigures Figures, PeerProcess Process, int Batch, bool Cut) : IDisposable
{
    /// <summary>Utterances that a peer that takes several gets at a time.</summary>
    public const int Together = 8;

    public string Name => Figures.Name;

    /// <param name="model">For whisper.cpp, or null: without it.</param>
    /// <param name="names">Of <see cref="PeerNames"/>.</param>
    public static async Task<IReadOnlyList<RunningPeer>> StartAsync(string? model, int core, IEnumerable<string> names)
    {
        List<RunningPeer> all = [];
        try
        {
            string[] self = [.. Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal)
                ? [Environment.ProcessPath, typeof(RunningPeer).Assembly.Location] : new[] { Environment.ProcessPath }];
            foreach (var name in names)
            {
                var command = name switch
                {
                    PeerNames.WhisperCpp or PeerNames.WhisperCppCut => model is null ? null : [.. self, "peer-child", "whisper.cpp", model],
                    PeerNames.Naive => [.. self, "peer-child", "naive"],
                    _ => (string[])[.. self, "peer-child", "ours"],
                };
                if (command is not null)
                    all.Add(new RunningPeer(new PeerFigures(name), await PeerProcess.StartAsync(name, core, command[0], command[1..])
                        .ConfigureAwait(false),
                        name == PeerNames.OursBatched ? Together : 1, name == PeerNames.WhisperCppCut));
            }
            return all;
        }
        catch
        {
            foreach (var peer in all) peer.Dispose();
            throw;
        }
    }

    public Task<PeerAnswer> AskAsync(IReadOnlyList<PeerUtterance> utterances) => Process.AskAsync(utterances, Cut);

    public void Dispose() => Process.Dispose();
}

/// <summary>The peers as tables and files call them.</summary>
internal static class PeerNames
{
    public const string Ours = "ours, one at a time";
    public const string OursBatched = "ours, eight together";
    public const string WhisperCpp = "whisper.cpp as it comes";
    public const string WhisperCppCut = "whisper.cpp, context cut to our window";
    public const string Naive = "naive: session per call, 30 s window";
}
