using System.CommandLine;
using System.Globalization;
using SpeechQA.Host.Metrics;
using SpeechQA.Host.Server;

namespace SpeechQA.Host.Commands;

/// <summary><c>speechqa serve</c>: follows live calls until Ctrl-C or SIGTERM, then ends them properly.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Follow live calls: HTTP API, live page and RTP");
        var server = new ServerArguments(command);
        var engine = new EngineArguments(command);
        command.SetAction((parse, cancellation) => RunAsync(server.Read(parse), engine.Read(parse),
            CommandLogging.Configure(parse.GetValue(RootCommandFactory.Verbose)), Console.Out, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ServerOptions options, EngineOptions engine, Action<ILoggingBuilder> logging, TextWriter output,
        CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        using var summary = new RunSummary();
        using var logs = LoggerFactory.Create(logging);
        await using var setup = EngineSetup.Load(engine, logs, time);
        await using var server = await SpeechServer.StartAsync(options, setup, time, logging, cancellation).ConfigureAwait(false);
        foreach (var notice in setup.Notices) await output.WriteLineAsync($"note  {notice}").ConfigureAwait(false);
        await output.WriteLineAsync($"page  {server.Address}").ConfigureAwait(false);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"ready after {time.GetElapsedTime(started).TotalSeconds:F1} s; RTP on {options.RtpAddress} ports "
            + $"{options.RtpPorts.First}-{options.RtpPorts.Last}; Ctrl-C ends"))
            .ConfigureAwait(false);
        await UntilCancelled(cancellation).ConfigureAwait(false);

        var open = setup.Engine.Calls.OpenCount;
        await server.DisposeAsync().ConfigureAwait(false);
        await output.WriteLineAsync($"ended; {server.Opened} calls taken, {open} were open and have been ended").ConfigureAwait(false);
        foreach (var line in summary.Lines()) await output.WriteLineAsync(line).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static async Task UntilCancelled(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C or SIGTERM: what was waited for.
        }
    }
}
