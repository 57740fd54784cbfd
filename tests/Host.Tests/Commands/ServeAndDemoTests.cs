using System.Net.Http.Json;
using System.Text.Json;
using SpeechQA.Host.Sending;

namespace SpeechQA.Host.Tests.Commands;

/// <summary>The long-running commands as processes, with the real models and the default rules.</summary>
public sealed class ServeAndDemoTests
{
    [SkippableFact]
    public async Task Serve_transcribes_a_call_and_a_signal_ends_what_is_open()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        using var program = new ProgramProcess("serve", "--urls", "http://127.0.0.1:0");
        var address = new Uri((await program.UntilAsync("page ")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        await program.UntilAsync("ready after");

        using var client = new CallClient(address, null);
        var id = "";
        await new CallSender(client, TimeProvider.System, speed: 2).SendAsync(await Speech.LoadAsync(10), opened => id = opened.Id);
        using var http = new HttpClient { BaseAddress = address };
        var events = (await http.GetFromJsonAsync<JsonElement>($"api/calls/{id}/events")).GetProperty("events").EnumerateArray().ToList();
        var said = events.Where(e => e.GetProperty("type").GetString() == "transcript.final")
            .Select(e => e.GetProperty("text").GetString());
        Assert.Contains("thank you for calling", string.Join(' ', said), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("ready\n", await http.GetStringAsync("readyz"));

        await client.OpenAsync((await Speech.LoadAsync(1)).Request, default);
        var (code, output, errors) = await program.SignalAsync("TERM");
        Assert.Equal((0, ""), (code, errors));
        // The first has ended, but may not have been put away yet.
        Assert.Matches("2 calls taken, [12] were open and have been ended", output);
    }

    [SkippableFact]
    public async Task Demo_prints_an_alert_on_one_line_and_ends_properly_on_control_c()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        Skip.If(ProgramProcess.IgnoresInterrupts, ProgramProcess.WhyIgnored);
        using var program = new ProgramProcess("demo", "--calls", "2");
        Assert.Contains("http://127.0.0.1:", await program.UntilAsync("live page"));
        var alert = await program.UntilAsync("Support ");
        Assert.Matches(@"^(!!|! |i ) \w+ +\d\d:\d\d  [a-z-]+ +\w+ .* / Support (EN|FR)", alert);
        var (code, output, errors) = await program.SignalAsync("INT");
        Assert.Equal((0, ""), (code, errors));
        Assert.Matches(@"2 calls, \d+ s of conversation in \d+ s: \d+ alerts?, \d+ critical, \d+ warning, \d+ info", output);
    }
}
