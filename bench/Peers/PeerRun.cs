namespace SpeechQA.Bench.Peers;

/// <summary>
/// All peers: the same utterances, groups of eight in turn for every peer, so that a machine that others use slows all
/// alike; one process each, on the same core, one thread.
/// </summary>
internal static class PeerRun
{
    private const int Group = RunningPeer.Together;

    /// <param name="model">For whisper.cpp, or null: without it.</param>
    public static async Task<IReadOnlyList<PeerFigures>> RunAsync(
        IReadOnlyList<PeerUtterance> utterances, string? model, int core, Action<int> done, CancellationToken cancellation)
    {
        var all = await RunningPeer.StartAsync(model, core, [PeerNames.Ours, PeerNames.OursBatched, PeerNames.WhisperCpp,
            PeerNames.WhisperCppCut, PeerNames.Naive]).ConfigureAwait(false);
        try
        {
            // The first call compiles, allocates and reads weights in: not counted.
            foreach (var peer in all) await peer.AskAsync([utterances[0]]).ConfigureAwait(false);
            for (var first = 0; first < utterances.Count; first += Group)
            {
                var group = utterances.Skip(first).Take(Group).ToList();
                foreach (var peer in all)
                    foreach (var part in group.Chunk(peer.Batch))
                    {
                        cancellation.ThrowIfCancellationRequested();
                        peer.Figures.Add(part, await peer.AskAsync(part).ConfigureAwait(false));
                    }
                done(first + group.Count);
            }
            return [.. all.Select(c => c.Figures)];
        }
        finally
        {
            foreach (var peer in all) peer.Dispose();
        }
    }
}
