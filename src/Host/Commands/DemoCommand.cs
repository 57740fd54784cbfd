using System.CommandLine;
using Microsoft.AspNetCore.Connections;
using Spectre.Console;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Demo;
using SpeechQA.Host.Output;
using SpeechQA.Host.Sending;
using SpeechQA.Host.Server;

namespace SpeechQA.Host.Commands;

/// <summary>
/// <c>speechqa demo</c>: a server on this machine, sample calls sent to it as real RTP in real time through its API, and
/// the alerts on the terminal as they come.
/// </summary>
internal static class DemoCommand
{
    private static readonly Option<int> Calls = new("--calls")
    {
        Description = "Sample calls to send, 1..50",
        HelpName = "N",
        DefaultValueFactory = _ => 10,
    };
    private static readonly Option<int?> Seconds = new("--seconds") { Description = "End after this time", HelpName = "N" };
    private static readonly Option<bool> Loop = new("--loop") { Description = "Send the calls again and again until Ctrl-C" };
    private static readonly Option<bool> NoColor = new("--no-color") { Description = "Print without colours (also with NO_COLOR set)" };

    public static Command Create()
    {
        var command = new Command("demo", "Start a server on this machine, stream sample calls to it and show the alerts as they come");
        foreach (var option in new Option[] { Calls, Seconds, Loop, NoColor }) command.Options.Add(option);
        Calls.Validators.Add(r => r.InRange(1, 50));
        Seconds.Validators.Add(r => r.InRange(1, 86_400));
        var engine = new EngineArguments(command);
        command.SetAction(async (parse, cancellation) =>
        {
            var console = ConsoleOutput.OfProcess().Console;
            // A pipe has no width: one alert is one line.
            if (!console.Profile.Out.IsTerminal) console.Profile.Width = int.MaxValue;
            if (parse.GetValue(NoColor)) console.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            if (parse.GetValue(Seconds) is { } seconds) ending.CancelAfter(TimeSpan.FromSeconds(seconds));
            await RunAsync(engine.Read(parse), parse.GetValue(Calls), parse.GetValue(Loop), console,
                CommandLogging.Configure(parse.GetValue(RootCommandFactory.Verbose)), ending.Token).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task RunAsync(EngineOptions engine, int calls, bool loop, IAnsiConsole console, Action<ILoggingBuilder> logging,
        CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var folder = ProgramFolder.Find(Path.Combine("samples", "audio"), "run from a checkout, or from a release with its samples folder");
        using var logs = LoggerFactory.Create(logging);
        console.WriteLine("loading models ...");
        await using var setup = EngineSetup.Load(engine, logs, time);
        foreach (var notice in setup.Notices) console.MarkupLineInterpolated($"[grey]note: {notice}[/]");
        await using var server = await StartAsync(setup, time, logging, cancellation).ConfigureAwait(false);
        console.MarkupLineInterpolated($"live page: [bold]{server.Address}[/]   (Ctrl-C ends)");

        var alerts = new AlertPrinter(setup.Engine, console);
        using var printing = new CancellationTokenSource();
        var printed = alerts.RunAsync(printing.Token);
        using var client = new CallClient(server.Address, token: null);
        var player = new SampleCalls(folder, new CallSender(client, time), time);
        var started = time.GetTimestamp();
        await player.RunAsync(calls, loop, cancellation).ConfigureAwait(false);

        await server.DisposeAsync().ConfigureAwait(false);
        await printing.CancelAsync().ConfigureAwait(false);
        await printed.ConfigureAwait(false);
        alerts.PrintSummary(player.Sent, time.GetElapsedTime(started));
    }

    /// <summary>On the usual port, or on a free one when somebody has it.</summary>
    private static async Task<SpeechServer> StartAsync(EngineSetup setup, TimeProvider time, Action<ILoggingBuilder> logging,
        CancellationToken cancellation)
    {
        var options = new ServerOptions();
        try
        {
            return await SpeechServer.StartAsync(options, setup, time, logging, cancellation).ConfigureAwait(false);
        }
        catch (BadInputException e) when (e.InnerException?.InnerException is AddressInUseException)
        {
            return await SpeechServer.StartAsync(options with { Urls = "http://127.0.0.1:0" }, setup, time, logging, cancellation)
                .ConfigureAwait(false);
        }
    }
}
