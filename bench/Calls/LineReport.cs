using System.Globalization;
using SpeechQA.Bench.Reports;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Analysis;
using SpeechQA.Host.Output;

namespace SpeechQA.Bench.Calls;

/// <summary>The same calls through lines of other gain: what is raised about the voice more than through the line as it is.</summary>
internal sealed class LineReport
{
    private readonly List<(LineGain Gain, IReadOnlyDictionary<string, CallAnalysis> Calls)> _lines = [];

    /// <summary>The first is the one that the others are held against.</summary>
    public void Add(LineGain gain, CallEvaluation evaluation) => _lines.Add((gain, evaluation.Calls));

    public void Write(ConsoleOutput console)
    {
        var table = new ReportTable(new("line", false), new("alerts"), new("rising-tension"), new("customer-anger"),
            new("calls with either"), new("more than as it is"));
        foreach (var (gain, calls) in _lines)
        {
            var alerts = calls.Values.SelectMany(c => c.Alerts).ToList();
            table.Add(gain.Name, ReportText.Text(alerts.Count), ReportText.Text(alerts.Count(a => a.Rule == RaisedTurns.Rules[0])),
                ReportText.Text(alerts.Count(a => a.Rule == RaisedTurns.Rules[1])),
                ReportText.Text(calls.Values.Count(c => c.Alerts.Any(a => RaisedTurns.Rules.Contains(a.Rule)))),
                    ReportText.Text(More(calls).Sum(m => m.More)));
        }
        console.Out.WriteLine();
        foreach (var (gain, calls) in _lines) WriteMore(console.Out, gain, calls);
        table.Write(console);
    }

    /// <summary>For each call and rule about the voice, by how many there are more.</summary>
    private IEnumerable<(string Call, string Rule, int More)> More(IReadOnlyDictionary<string, CallAnalysis> calls) =>
        from call in calls
        from rule in RaisedTurns.Rules
        let before = _lines[0].Calls.TryGetValue(call.Key, out var same) ? same.Alerts.Count(a => a.Rule == rule) : 0
        let more = call.Value.Alerts.Count(a => a.Rule == rule) - before
        where more > 0
        select (call.Key, rule, more);

    private void WriteMore(TextWriter output, LineGain gain, IReadOnlyDictionary<string, CallAnalysis> calls)
    {
        foreach (var (id, rule, more) in More(calls))
        {
            output.WriteLine($"more   {gain.Name}: {id} {rule}: {more} more");
            foreach (var alert in calls[id].Alerts.Where(a => a.Rule == rule))
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"       {AudioTime.Rounded(alert.Start):F2}-{AudioTime.Rounded(alert.End):F2}"));
                AlertLines.WriteEvidence(output, alert);
            }
        }
    }
}
