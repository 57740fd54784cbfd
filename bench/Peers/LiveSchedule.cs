namespace SpeechQA.Bench.Peers;

/// <summary>
/// When the utterances of so many live calls end. Each call begins somewhere within its sample, the next begins when it is over; a peer
/// gets an utterance the moment its voice ends, without the pause that tells a listener so.
/// </summary>
internal static class LiveSchedule
{
    /// <summary>Calls begin this far apart within their samples: the golden section, which comes near no place twice.</summary>
    private const double Shift = 0.618034;

    /// <param name="utterances">Of all samples.</param>
    /// <returns>By time, seconds from the beginning; each with the live call it belongs to in place of its sample.</returns>
    public static IReadOnlyList<(double Due, PeerUtterance Utterance)> Of(IReadOnlyList<PeerUtterance> utterances, int calls,
        double seconds)
    {
        var samples = utterances.GroupBy(u => u.Call).Select(g => g.OrderBy(u => u.End).ToList()).ToList();
        List<(double Due, PeerUtterance Utterance)> schedule = [];
        for (var call = 0; call < calls; call++)
        {
            var sample = call % samples.Count;
            var at = -(call * Shift % 1) * samples[sample][^1].End;
            while (at < seconds)
            {
                foreach (var utterance in samples[sample])
                    if (at + utterance.End >= 0 && at + utterance.End < seconds)
                        schedule.Add((at + utterance.End, utterance with { Call = $"live {call}" }));
                at += samples[sample][^1].End;
                sample = (sample + 1) % samples.Count;
            }
        }
        return [.. schedule.OrderBy(s => s.Due)];
    }
}
