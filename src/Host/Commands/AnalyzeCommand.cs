using System.CommandLine;
using SpeechQA.Host.Analysis;
using SpeechQA.Host.Output;

namespace SpeechQA.Host.Commands;

/// <summary><c>speechqa analyze</c>: transcripts and alerts of recordings and captures, faster than real time.</summary>
internal static class AnalyzeCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Recordings (WAV, FLAC), captures (pcap, pcapng), folders of them, or - for standard input",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = new Option<bool>("--json") { Description = "One JSON document per call, one line each, in the order of the paths" };
        var format = new Option<string>("--format")
        {
            Description = "text, srt or vtt",
            HelpName = "FORMAT",
            DefaultValueFactory = _ => "text",
        };
        format.AcceptOnlyFromAmong("text", "srt", "vtt");
        var language = new Option<string>("--language")
        {
            Description = "Language of the calls, or auto",
            HelpName = "CODE",
            DefaultValueFactory = _ => "auto",
        };
        var agent = new Option<int>("--agent-channel")
        {
            Description = "Channel of the agent, 1 or 2; the other is the customer",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        agent.Validators.Add(r => r.InRange(1, 2));

        var command = new Command("analyze", "Analyse recordings and captures, faster than real time")
        {
            paths, json, format, language, agent,
        };
        var engine = new EngineArguments(command);
        command.SetAction((parse, cancellation) =>
        {
            if (parse.GetValue(json) && parse.GetResult(format) is { Implicit: false })
                throw new UsageException("--json and --format exclude each other");
            var options = engine.Read(parse);
            var request = new AnalyzeRequest(AnalysisInput.Find(parse.GetValue(paths)!), options,
                new AnalysisSettings(EngineArguments.KnownLanguage(parse.GetValue(language)!, options), parse.GetValue(agent)),
                parse.GetValue(json) ? "json" : parse.GetValue(format)!, parse.GetValue(RootCommandFactory.Verbose));
            return new AnalyzeRun(request, ConsoleOutput.OfProcess()).RunAsync(cancellation);
        });
        return command;
    }
}
