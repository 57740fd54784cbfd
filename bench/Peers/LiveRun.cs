using System.Diagnostics;
using System.Globalization;
using SpeechQA.Bench.Load;

namespace SpeechQA.Bench.Peers;

/// <summary>
/// How many live calls a core carries with finals alone: each peer in turn gets the utterances of so many calls when they end, and the text
/// is to be there within the limit of <see cref="LoadLimits.TranscriptP99"/>. Nothing else runs on its core: no inflection, no rules.
/// </summary>
internal static class LiveRun
{
    /// <param name="schedule">See <see cref="LiveSchedule"/>.</param>
    public static async Task<LiveFigures> RunAsync(RunningPeer peer, IReadOnlyList<(double Due, PeerUtterance Utterance)> schedule,
        CancellationToken cancellation)
    {
        // Sessions of each call are there before it speaks, and nothing is compiled within.
        foreach (var first in schedule.DistinctBy(s => s.Utterance.Call)) await peer.AskAsync([first.Utterance]).ConfigureAwait(false);
        List<double> lags = [];
        var cpu = 0.0;
        var clock = Stopwatch.StartNew();
        for (var next = 0; next < schedule.Count;)
        {
            if (schedule[next].Due - clock.Elapsed.TotalSeconds is > 0 and var wait)
                await Task.Delay(TimeSpan.FromSeconds(wait), cancellation).ConfigureAwait(false);
            var asked = clock.Elapsed.TotalSeconds;
            var part = schedule.Skip(next).Take(peer.Batch).TakeWhile(s => s.Due <= asked).ToList();
            var answer = await peer.AskAsync([.. part.Select(s => s.Utterance)]).ConfigureAwait(false);
            lags.AddRange(part.Select((s, i) => asked + answer.Texts[i].Delay - s.Due));
            cpu += answer.Cpu;
            next += part.Count;
        }
        lags.Sort();
        return new LiveFigures(peer.Name, lags, cpu / clock.Elapsed.TotalSeconds);
    }
}

/// <param name="Lags">From the end of each utterance to its text, seconds, sorted.</param>
/// <param name="Load">Share of a core.</param>
internal sealed record LiveFigures(string Name, IReadOnlyList<double> Lags, double Load)
{
    /// <summary>As a histogram has it: the smallest that so many are not above.</summary>
    public double Lag(double share) => Lags[Math.Clamp((int)Math.Ceiling(share * Lags.Count) - 1, 0, Lags.Count - 1)];

    public bool Holds => Lag(0.99) * 1_000 <= LoadLimits.TranscriptP99;

    public string Line(int calls) => string.Create(CultureInfo.InvariantCulture,
        $"| {Name} | {calls} | {Lags.Count} | {Lag(0.5) * 1e3:0} / {Lag(0.99) * 1e3:0} / {Lags[^1] * 1e3:0} | {Load:0.00} | "
        + $"{(Holds ? "holds" : "fails")} |");
}
