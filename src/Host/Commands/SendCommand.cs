using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using SpeechQA.Engine.Ingest.Pcap;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Host.Output;
using SpeechQA.Host.Sending;

namespace SpeechQA.Host.Commands;

/// <summary><c>speechqa send</c>: a recording or capture becomes a live call at a running server.</summary>
internal static class SendCommand
{
    private static readonly Argument<string> Path = new("PATH") { Description = "Recording (WAV, FLAC) or capture (pcap, pcapng)" };
    private static readonly Option<string> To = new("--to") { Description = "Address of the server", HelpName = "URL", Required = true };
    private static readonly Option<double> Speed = new("--speed")
    {
        Description = "1 is real time",
        HelpName = "X",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<double> Loss = new("--loss")
    {
        Description = "Packets left out at random, percent",
        HelpName = "PERCENT",
    };
    private static readonly Option<int> Jitter = new("--jitter")
    {
        Description = "Packets leave up to this much late, ms",
        HelpName = "MS",
    };
    private static readonly Option<string?> Codec = new("--codec")
    {
        Description = "PCMU, PCMA or L16 [default: PCMU for 8 kHz, else L16]",
        HelpName = "CODEC",
    };
    private static readonly Option<int> Ptime = new("--ptime")
    {
        Description = "Audio in a packet, 10..60 ms",
        HelpName = "MS",
        DefaultValueFactory = _ => 20,
    };
    private static readonly Option<string?> Agent = new("--agent") { Description = "The agent's name", HelpName = "NAME" };
    private static readonly Option<string?> Queue = new("--queue") { Description = "The queue's name", HelpName = "NAME" };
    private static readonly Option<string?> CallId = new("--call-id") { Description = "Your own id of the call", HelpName = "ID" };
    private static readonly Option<string> Language = new("--language")
    {
        Description = "A code such as en, or auto",
        HelpName = "CODE",
        DefaultValueFactory = _ => "auto",
    };
    private static readonly Option<int> AgentChannel = new("--agent-channel")
    {
        Description = "Channel of the agent, 1 or 2",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<string?> Token = new("--token")
    {
        Description = $"The server's token [default: {ServerArguments.TokenVariable}]",
        HelpName = "TOKEN",
    };

    public static Command Create()
    {
        var command = new Command("send", "Open a call at a running server and stream a recording or capture to it as RTP") { Path };
        foreach (var option in new Option[] { To, Speed, Loss, Jitter, Codec, Ptime, Agent, Queue, CallId, Language, AgentChannel, Token })
            command.Options.Add(option);
        To.Validators.Add(r =>
        {
            if (!Uri.TryCreate(r.GetValueOrDefault<string>(), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                r.AddError("--to: write for example http://127.0.0.1:5080");
        });
        Codec.AcceptOnlyFromAmong("PCMU", "PCMA", "L16");
        Speed.Validators.Add(r => r.InRange(0.1, 100));
        Loss.Validators.Add(r => r.InRange(0.0, 100));
        Jitter.Validators.Add(r => r.InRange(0, 1000));
        Ptime.Validators.Add(r => r.InRange(10, 60));
        AgentChannel.Validators.Add(r => r.InRange(1, 2));
        command.SetAction((parse, cancellation) => RunAsync(parse, ConsoleOutput.OfProcess().Console, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, IAnsiConsole console, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var path = parse.GetValue(Path)!;
        var call = CaptureReader.IsCapture(path)
            ? await OutgoingCapture.LoadAsync(path, Options(parse), cancellation).ConfigureAwait(false)
            : await OutgoingRecording.LoadAsync(path, Options(parse), time, cancellation).ConfigureAwait(false);
        using var client = new CallClient(new Uri(parse.GetValue(To)!.TrimEnd('/') + '/'), ServerArguments.TokenOf(parse.GetValue(Token)));
        var speed = parse.GetValue(Speed);
        var sender = new CallSender(client, time, speed);
        var started = time.GetTimestamp();
        try
        {
            var sent = await SendProgress.RunAsync(console, call, speed, time, opened => sender.SendAsync(call, opened, cancellation))
                .ConfigureAwait(false);
            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"sent {call.Name}: {sent} packets in {time.GetElapsedTime(started).TotalSeconds:F1} s"));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"stopped after {time.GetElapsedTime(started).TotalSeconds:F1} s; the call has been ended"));
            return ExitCode.Stopped;
        }
        return ExitCode.Done;
    }

    private static OutgoingOptions Options(ParseResult parse) => new()
    {
        CallId = parse.GetValue(CallId),
        Agent = parse.GetValue(Agent),
        Queue = parse.GetValue(Queue),
        Language = parse.GetValue(Language),
        AgentChannel = parse.GetValue(AgentChannel),
        Codec = parse.GetValue(Codec) is { } name && PayloadMap.TryCodec(name, out var codec) ? codec : null,
        PacketMs = parse.GetValue(Ptime),
        LossPercent = parse.GetValue(Loss),
        JitterMs = parse.GetValue(Jitter),
    };
}
