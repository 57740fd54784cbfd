using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Commands;
using SpeechQA.Host.Server;

namespace SpeechQA.Host.Tests.Commands;

/// <summary>The send command against a real server, far faster than real time: what arrives, not what is heard.</summary>
public sealed class SendCommandTests
{
    [Theory]
    [InlineData("samples/audio/en-05-utility-move.wav", "--codec", "PCMA")]
    [InlineData("samples/rtp/fr-01-mobile-resiliation.pcap", "--agent-channel", "1")]
    public async Task A_recording_and_a_capture_become_calls(string file, string option, string value)
    {
        await using var server = await TestServer.StartAsync(new ServerOptions { Tokens = [new AccessToken("mia", "s3cret")] });
        using var errors = new StringWriter();
        var code = await CommandLineRunner.RunAsync(["send", Repository.Path(file.Split('/')), "--to", server.Address.ToString(),
            "--token", "s3cret", "--agent", "Mia", "--queue", "Support", "--call-id", "pbx-1", "--language", "fr", "--speed", "100",
            option, value], errors);
        Assert.Equal((ExitCode.Done, ""), (code, errors.ToString()));
        var call = Assert.Single(server.Setup.Engine.Calls.All);
        await call.Completion.WaitAsync(TestServer.Patience);
        Assert.Equal(("pbx-1", "Mia", "Support", "fr"), (call.Description.ExternalId, call.Description.Agent, call.Description.Queue,
            call.Description.Language));
        Assert.Equal([Party.Agent, Party.Customer], call.Description.Parties);
        Assert.All(call.Legs, leg => Assert.True(leg.Position > 16_000, $"only {leg.Position} samples came"));
        Assert.Contains(((CallEnded)call.Log.After(0)[^1]).Reason, new[] { "ended by the caller", "all parties left (RTCP BYE)" });
    }

    [SkippableFact]
    public async Task Control_c_ends_the_call_and_is_130()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        Skip.If(ProgramProcess.IgnoresInterrupts, ProgramProcess.WhyIgnored);
        await using var server = await TestServer.StartAsync();
        using var program = new ProgramProcess("send", Repository.Path("samples", "audio", Speech.Sample), "--to",
            server.Address.ToString());
        using var patience = new CancellationTokenSource(TestServer.Patience);
        while (!server.Setup.Engine.Calls.All.Any(c => c.Legs[0].Position > 0)) await Task.Delay(20, patience.Token);
        var (code, output, errors) = await program.SignalAsync("INT");
        Assert.Equal((ExitCode.Stopped, ""), (code, errors));
        Assert.Contains("the call has been ended", output);
        Assert.Equal(0, server.Setup.Engine.Calls.OpenCount);
    }

    [Fact]
    public async Task A_refusal_is_passed_on_with_its_remedy()
    {
        await using var server = await TestServer.StartAsync(new ServerOptions { Tokens = [new AccessToken("mia", "s3cret")] });
        var sample = Repository.Path("samples", "audio", Speech.Sample);
        Assert.Contains("the API token is missing; send it as", await FailAsync("send", sample, "--to", server.Address.ToString()));
        Assert.Contains("language 'de' is not one of en, fr; give one of these",
            await FailAsync("send", sample, "--to", server.Address.ToString(), "--token", "s3cret", "--language", "de"));
        Assert.Contains("sent as they are", await FailAsync("send", Repository.Path("samples", "rtp", "en-02-bank-card.pcap"), "--to",
            server.Address.ToString(), "--loss", "5"));
    }

    private static async Task<string> FailAsync(params string[] args)
    {
        using var errors = new StringWriter();
        Assert.Equal(ExitCode.BadInput, await CommandLineRunner.RunAsync(args, errors));
        return errors.ToString();
    }
}
