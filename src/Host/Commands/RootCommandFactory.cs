using System.CommandLine;

namespace SpeechQA.Host.Commands;

/// <summary>The command line of the program: one file per command.</summary>
internal static class RootCommandFactory
{
    /// <summary>Also shows the stack trace of an internal error.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Log more, and show the stack trace of an internal error",
        Recursive = true,
    };

    public static RootCommand Create()
    {
        var root = new RootCommand("Follows contact-centre calls while they are spoken: speech in, explained alerts out.");
        root.Options.Add(Verbose);
        root.Subcommands.Add(DemoCommand.Create());
        root.Subcommands.Add(ServeCommand.Create());
        root.Subcommands.Add(SendCommand.Create());
        root.Subcommands.Add(AnalyzeCommand.Create());
        root.Subcommands.Add(ModelsCommand.Create());
        root.Subcommands.Add(RulesCommand.Create());
        return root;
    }
}
