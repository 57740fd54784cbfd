using System.CommandLine;
using System.CommandLine.Invocation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Host.Commands;

/// <summary>Runs a command line: one line on stderr for what went wrong, and the exit code that says whose fault it was.</summary>
internal static class CommandLineRunner
{
    /// <summary>How long a command may take to end its calls after Ctrl-C or SIGTERM.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Runs a command of <c>speechqa</c>.</summary>
    public static Task<int> RunAsync(string[] args, TextWriter errors) => RunAsync(RootCommandFactory.Create(), "speechqa", args, errors);

    /// <summary>Runs a command of any program that answers alike.</summary>
    /// <param name="program">How the program is started, for what is said about wrong usage.</param>
    public static async Task<int> RunAsync(RootCommand root, string program, string[] args, TextWriter errors)
    {
        var parse = root.Parse(args);
        if (parse.Action is ParseErrorAction)
        {
            foreach (var error in parse.Errors) await errors.WriteLineAsync($"error: {error.Message}").ConfigureAwait(false);
            await errors.WriteLineAsync($"run '{program}{Path(parse)} --help' for the usage").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        try
        {
            return await parse.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = StopTimeout,
            }).ConfigureAwait(false);
        }
        catch (BadInputException e)
        {
            await errors.WriteLineAsync($"error: {e.Message}").ConfigureAwait(false);
            return ExitCode.BadInput;
        }
        catch (UsageException e)
        {
            await errors.WriteLineAsync($"error: {e.Message}").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync("stopped").ConfigureAwait(false);
            return ExitCode.Stopped;
        }
        catch (Exception e)
        {
            var verbose = parse.GetValue(RootCommandFactory.Verbose);
            await errors.WriteLineAsync(verbose
                ? $"error: internal: {e}"
                : $"error: internal: {e.Message.ReplaceLineEndings(" ")}; run again with --verbose and report it")
                .ConfigureAwait(false);
            return ExitCode.Internal;
        }
    }

    private static string Path(ParseResult parse)
    {
        var path = "";
        for (var at = parse.CommandResult; at?.Command is not (null or RootCommand);
            at = at.Parent as System.CommandLine.Parsing.CommandResult)
            path = $" {at.Command.Name}{path}";
        return path;
    }
}

/// <summary>Options that are each right but cannot be used together: exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
