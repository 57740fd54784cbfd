using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SpeechQA.Bench.Commands;
using SpeechQA.Bench.Truth;
using SpeechQA.Engine.Calls.Phonetic;
using SpeechQA.Engine.Core;
using SpeechQA.Host;
using SpeechQA.Host.Analysis;
using SpeechQA.Host.Commands;
using SpeechQA.Host.Output;

namespace SpeechQA.Bench.Phrases;

/// <summary>
/// <c>evaluate phrases</c>: phrases cut out of the references are looked for in all recordings, by their words and
/// by their sound; what each tolerance of the confirmation finds and what it invents.
/// </summary>
internal static class EvaluatePhrasesCommand
{
    /// <summary>Everything is confirmed, so that every tolerance can be told from one run.</summary>
    private const double Widest = 1000;

    private static readonly double[] Tolerances = [-1, 0, 1, 2, 3, 4, 6, 10, Widest];

    private sealed record Request(string[] Folders, string[] Sets, EngineOptions Engine, bool List, bool Verbose);

    private readonly record struct Hit(string Language, bool Said, double Difference);

    public static Command Create()
    {
        var folders = EvaluateCommand.Folders("Folders of sample calls (WAV and .truth.json), or of clips with labels.csv");
        var sets = new Option<string[]>("--set")
        {
            Description = "Only this set (first folder of a clip's path); may be repeated",
            HelpName = "NAME"
        };
        var list = new Option<bool>("--list") { Description = "Also show every phrase found by sound" };
        var command = new Command("phrases", "What finding phrases by sound brings and costs") { folders, sets, list };
        var engine = new EngineArguments(command);
        command.SetAction((parse, cancellation) =>
            RunAsync(new Request(parse.GetValue(folders)!, parse.GetValue(sets) ?? [], engine.Read(parse), parse.GetValue(list),
            parse.GetValue(RootCommandFactory.Verbose)), ConsoleOutput.OfProcess(), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Request request, ConsoleOutput console, CancellationToken cancellation)
    {
        var recordings = request.Folders.SelectMany(LabelledAudio.Find)
            .Where(r => request.Sets.Length == 0 || request.Sets.Contains(r.Labels[0].Label.File.Split('/')[0]))
            .Where(r => request.Engine.Languages.Contains(r.Language)).ToList();
        var sample = new PhraseSample(recordings);
        var rules = Path.Combine(Path.GetTempPath(), $"phrases-{Guid.NewGuid():n}.yaml");
        await File.WriteAllTextAsync(rules, sample.Rules(), cancellation).ConfigureAwait(false);
        var log = new ErrorLines(console.Remark, request.Verbose);
        using var logs = LoggerFactory.Create(b => b.AddProvider(log));
        try
        {
            var sound = request.Engine.Sound is null ? null : new PhoneticOptions { Tolerance = Widest };
            await using var setup = EngineSetup.Load(request.Engine with { Rules = rules, Sound = sound }, logs);
            await CallProgress.RunAsync(console, shown: true, "analysing", recordings.Count, done =>
                MeasureAsync(setup, sample, recordings, request, console, done, cancellation)).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(rules);
        }
        return log.Count > 0 ? ExitCode.Internal : ExitCode.Done;
    }

    private static async Task MeasureAsync(EngineSetup setup, PhraseSample sample, List<LabelledAudio> recordings, Request request,
        ConsoleOutput console, Action done, CancellationToken cancellation)
    {
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var analyzer = new CallAnalyzer(setup.Engine);
        var (said, hits, seconds) = (new Dictionary<string, int>(), new List<Hit>(), new Dictionary<string, double>());
        var lines = new List<string>();
        var outcomes = OrderedRun.RunAsync(recordings, 4 * request.Engine.Workers, async (recording, stop) =>
            (recording, await analyzer.AnalyzeAsync(
            new AnalysisInput(recording.Path, recording.Name), new AnalysisSettings(recording.Language, recording.AgentChannel), stop)
                .ConfigureAwait(false)), cancellation);
        await foreach (var (recording, outcome) in outcomes.ConfigureAwait(false))
        {
            done();
            if (outcome.Calls is not [var call, ..]) continue;
            var language = recording.Language;
            seconds[language] = seconds.GetValueOrDefault(language) + call.Duration;
            foreach (var (party, label) in recording.Labels)
            {
                var truth = sample.Truth(language, label).ToDictionary(t => t.Id, t => t.Said);
                said[language] = said.GetValueOrDefault(language) + truth.Count(t => t.Value);
                foreach (var found in call.Alerts.Where(a => party == Party.Unknown || a.Party == party).GroupBy(a => a.Rule))
                {
                    var best = found.SelectMany(a => a.Evidence).MaxBy(e => e.Value ?? double.PositiveInfinity)!;
                    var hit = new Hit(language, truth.GetValueOrDefault(found.Key), best.Value ?? double.PositiveInfinity);
                    hits.Add(hit);
                    if (request.List && best.Value is { } v)
                        lines.Add(string.Create(CultureInfo.InvariantCulture, $"{(hit.Said ? "said " : "not  ")} {v,7:0.00}  {language}  "
                            + $"'{best.Pattern}' for '{best.Text}'  {recording.Name}"));
                }
            }
        }
        process.Refresh();
        Write(console, said, hits, seconds);
        foreach (var line in lines.Order(StringComparer.Ordinal)) console.Out.WriteLine(line);
        console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{sample.Count} phrases; process CPU {(process.TotalProcessorTime - cpu).TotalSeconds:F1} s"));
    }

    private static void Write(ConsoleOutput console, Dictionary<string, int> said, List<Hit> hits, Dictionary<string, double> seconds)
    {
        var table = new ReportTable(new("language", false), new("found by", false), new("said"), new("found"), new("recall"),
            new("invented"), new("invented per hour"));
        foreach (var language in said.Keys.Order(StringComparer.Ordinal))
        {
            var own = hits.Where(h => h.Language == language).ToList();
            var exact = own.Where(h => double.IsPositiveInfinity(h.Difference)).ToList();
            Row("words", exact);
            foreach (var tolerance in Tolerances)
                Row(tolerance == Widest
                    ? "sound, not confirmed"
                    : string.Create(CultureInfo.InvariantCulture, $"sound, {-tolerance:+0;-0;0} or better"),
                    [.. own.Where(h => h.Difference >= -tolerance)]);

            void Row(string by, List<Hit> found)
            {
                var (right, wrong) = (found.Count(h => h.Said), found.Count(h => !h.Said));
                table.Add(language, by, Text(said[language], "0"), Text(right, "0"),
                    Text(right / (double)Math.Max(1, said[language]), "0.000"), Text(wrong, "0"),
                    Text(wrong / (seconds[language] / 3600), "0.0"));
            }
        }
        table.Write(console);
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
