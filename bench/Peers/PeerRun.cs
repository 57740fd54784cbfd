namespace SpeechQA.Bench.Peers;

/// <summary>
/// The contest: the same utterances, groups of eight in turn for every contestant, so that a machine that others use slows all
/// alike; one process each, on the same core, one thread.
/// </summary>
internal static class PeerRun
{
    private const int Group = 8;

    /// <param name="whisperCpp">Program and model of whisper.cpp, or null: without it.</param>
    public static async Task<IReadOnlyList<PeerFigures>> RunAsync(
        IReadOnlyList<PeerUtterance> utterances, (string Program, string Model)? whisperCpp, int core, Action<int> done, CancellationToken cancellation)
    {
        List<Contestant> all = [];
        try
        {
            string[] self = [.. Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? [Environment.ProcessPath, typeof(PeerRun).Assembly.Location] : new[] { Environment.ProcessPath }];
            async Task Enter(string name, int batch, bool cut, string[] command) =>
                all.Add(new Contestant(new PeerFigures(name), await PeerProcess.StartAsync(name, core, command[0], command[1..]).ConfigureAwait(false), batch, cut));
            await Enter(PeerNames.Ours, 1, false, [.. self, "peer-child", "ours"]).ConfigureAwait(false);
            await Enter(PeerNames.OursBatched, Group, false, [.. self, "peer-child", "ours"]).ConfigureAwait(false);
            if (whisperCpp is var (program, model))
            {
                await Enter(PeerNames.WhisperCpp, 1, false, [program, model]).ConfigureAwait(false);
                await Enter(PeerNames.WhisperCppCut, 1, true, [program, model]).ConfigureAwait(false);
            }
            await Enter(PeerNames.Naive, 1, false, [.. self, "peer-child", "naive"]).ConfigureAwait(false);

            // The first call compiles, allocates and reads weights in: not counted.
            foreach (var contestant in all) await contestant.Process.AskAsync([utterances[0]], contestant.Cut).ConfigureAwait(false);
            for (var first = 0; first < utterances.Count; first += Group)
            {
                var group = utterances.Skip(first).Take(Group).ToList();
                foreach (var (figures, process, batch, cut) in all)
                    foreach (var part in group.Chunk(batch))
                    {
                        cancellation.ThrowIfCancellationRequested();
                        figures.Add(part, await process.AskAsync(part, cut).ConfigureAwait(false));
                    }
                done(first + group.Count);
            }
            return [.. all.Select(c => c.Figures)];
        }
        finally
        {
            foreach (var contestant in all) contestant.Process.Dispose();
        }
    }

    private sealed record Contestant(PeerFigures Figures, PeerProcess Process, int Batch, bool Cut);
}

/// <summary>The contestants as tables and files call them.</summary>
internal static class PeerNames
{
    public const string Ours = "ours, one at a time";
    public const string OursBatched = "ours, eight together";
    public const string WhisperCpp = "whisper.cpp as it comes";
    public const string WhisperCppCut = "whisper.cpp, context cut to our window";
    public const string Naive = "naive: session per call, 30 s window";
}
