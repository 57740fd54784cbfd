using System.CommandLine;
using SpeechQA.Bench.Contract;
using SpeechQA.Bench.Load;
using SpeechQA.Bench.Micro;
using SpeechQA.Bench.Peers;
using SpeechQA.Host.Commands;

namespace SpeechQA.Bench.Commands;

/// <summary>The command line of the program that measures.</summary>
internal static class BenchCommands
{
    /// <summary>How it is started, for what is said about wrong usage.</summary>
    public const string Program = "dotnet run -c Release --project bench --";

    public static RootCommand Create()
    {
        var root =
            new RootCommand("Measures SpeechQA: quality against recordings whose truth is known, live load, other recognisers, single "
            + "parts.");
        root.Options.Add(RootCommandFactory.Verbose);
        root.Subcommands.Add(EvaluateCommand.Create());
        root.Subcommands.Add(LoadCommand.Create());
        root.Subcommands.Add(PeersCommand.Create());
        root.Subcommands.Add(PeersCommand.CreateChild());
        root.Subcommands.Add(SchemaCommand.Create());
        root.Subcommands.Add(MicroCommand.Create());
        root.Subcommands.Add(MicroCommand.CreateVoice());
        root.Subcommands.Add(MicroCommand.CreateMemory());
        return root;
    }

    public static Task<int> RunAsync(string[] args, TextWriter errors)
    {
        var root = Create();
        return CommandLineRunner.RunAsync(root, Program, MicroCommand.Completed(root, args), errors);
    }
}
