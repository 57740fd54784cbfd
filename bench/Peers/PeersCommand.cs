using System.CommandLine;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Host;
using SpeechQA.Host.Commands;
using SpeechQA.WhisperNet.Ggml;

namespace SpeechQA.Bench.Peers;

/// <summary><c>peers</c>: ours beside whisper.cpp and the naive design on the same utterances, one core each.</summary>
internal static class PeersCommand
{
    private static readonly Option<string?> Samples = new("--samples")
    {
        Description = "Folder of recordings with truth files [default: samples/audio]",
        HelpName = "PATH"
    };
    private static readonly Option<int?> Utterances = new("--utterances")
    {
        Description = "So many, spread evenly [default: all]",
        HelpName = "N"
    };
    private static readonly Option<int> Core = new("--core")
    {
        Description = "The core that all run on, one after the other",
        HelpName = "N"
    };
    private static readonly Option<bool> Without = new("--without-whisper-cpp") { Description = "Leave whisper.cpp out" };
    private static readonly Option<int?> Live = new("--live")
    {
        Description = "Instead: the finals of so many live calls at each peer, and how late their texts are",
        HelpName = "CALLS"
    };
    private static readonly Option<double> Duration = new("--duration")
    {
        Description = "Seconds of them",
        HelpName = "S",
        DefaultValueFactory = _ => 120
    };
    private static readonly Option<string?> Only = new("--only")
    {
        Description = "With --live: the peers whose names begin so",
        HelpName = "NAME"
    };
    private static readonly Option<string?> Json = new("--json") { Description = "Write the figures to this file", HelpName = "FILE" };

    public static Command Create()
    {
        var command = new Command("peers", "Recognition beside whisper.cpp and the naive design: CPU, delay, memory, word errors");
        foreach (var option in new Option[] { Samples, Utterances, Core, Without, Live, Duration, Only, Json }) command.Options.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>What <see cref="RunningPeer"/> starts.</summary>
    public static Command CreateChild()
    {
        var kind = new Argument<string>("KIND") { Description = "ours, naive or whisper.cpp" };
        kind.AcceptOnlyFromAmong("ours", "naive", "whisper.cpp");
        var model = new Argument<string?>("MODEL") { Description = "For whisper.cpp: the ggml file", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("peer-child", "One peer, which reads requests from standard input") { kind, model };
        command.Hidden = true;
        command.SetAction((parse, _) => PeerChild.RunAsync(parse.GetValue(kind)!, parse.GetValue(model)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellation)
    {
        var samples = parse.GetValue(Samples) ?? ProgramFolder.Find(Path.Combine("samples", "audio"), "name the folder with --samples");
        var folder = Directory.CreateTempSubdirectory("speechqa-peers");
        try
        {
            var model = parse.GetValue(Without) ? null : Model(folder.FullName);
            var utterances = await PeerUtterances.CutAsync(samples, parse.GetValue(Utterances), folder.FullName, cancellation)
                .ConfigureAwait(false);
            if (parse.GetValue(Live) is { } calls)
            {
                await RunLiveAsync(parse, utterances, calls, model, cancellation).ConfigureAwait(false);
                return ExitCode.Done;
            }
            var report = new PeerReport(await PeerRun.RunAsync(utterances, model, parse.GetValue(Core),
                done => Console.Error.WriteLine($"{done} of {utterances.Count} utterances"), cancellation).ConfigureAwait(false));
            foreach (var line in report.Lines()) Console.WriteLine(line);
            if (parse.GetValue(Json) is { } file)
                await File.WriteAllTextAsync(file, report.ToJson() + "\n", cancellation).ConfigureAwait(false);
            return ExitCode.Done;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunLiveAsync(ParseResult parse, IReadOnlyList<PeerUtterance> utterances, int calls, string? model,
        CancellationToken cancellation)
    {
        var schedule = LiveSchedule.Of(utterances, calls, parse.GetValue(Duration));
        if (schedule.Count == 0)
            throw new BadInputException($"{calls} calls of {parse.GetValue(Duration)} s have no utterance",
                "give more calls or a longer --duration");
        string[] all = [PeerNames.OursBatched, PeerNames.Naive, PeerNames.WhisperCppCut, PeerNames.WhisperCpp];
        var names = Array.FindAll(all, n => n.StartsWith(parse.GetValue(Only) ?? "", StringComparison.OrdinalIgnoreCase));
        if (names.Length == 0)
            throw new BadInputException($"--only {parse.GetValue(Only)}: no such peer",
                $"give the beginning of one of: {string.Join("; ", all)}");
        Console.WriteLine("| | calls | utterances | end of voice to text ms p50 / p99 / worst | cores | transcript lag p99 <= 2 s |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var name in names)
        {
            var peers = await RunningPeer.StartAsync(model, parse.GetValue(Core), [name]).ConfigureAwait(false);
            foreach (var peer in peers)
                using (peer) Console.WriteLine((await LiveRun.RunAsync(peer, schedule, cancellation).ConfigureAwait(false)).Line(calls));
        }
    }

    /// <summary>Our model as whisper.cpp reads it.</summary>
    private static string Model(string folder)
    {
        var path = Path.Combine(folder, "whisper-base.ggml");
        using var file = File.Create(path);
        WhisperGgml.Write(ModelFolder.Find(), file);
        return path;
    }
}
