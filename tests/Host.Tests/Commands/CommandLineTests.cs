using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SpeechQA.Host.Commands;

namespace SpeechQA.Host.Tests.Commands;

/// <summary>Exit codes and the one line that says why.</summary>
public sealed class CommandLineTests
{
    private static readonly string Sample = Repository.Path("samples", "audio", Speech.Sample);

    [Theory]
    [InlineData("", "Required command was not provided")]
    [InlineData("dance", "'dance'")]
    [InlineData("serve --bad", "'--bad'")]
    [InlineData("serve --workers 0", "--workers 0: must be 1..64")]
    [InlineData("serve --rtp-ports 5-4", "--rtp-ports: write FIRST-LAST")]
    [InlineData("serve --urls ftp://x", "--urls ftp://x: write for example")]
    [InlineData("serve --rtp-address here", "--rtp-address: give an IP address")]
    [InlineData("serve --languages english", "--languages: write codes")]
    [InlineData("serve --urls http://0.0.0.0:5080", "http://0.0.0.0:5080 can be reached from other machines; set a token")]
    [InlineData("serve --urls http://127.0.0.1:1;http://*:5080", "http://*:5080 can be reached from other machines")]
    [InlineData("serve --urls http://[::]:5080", "http://[::]:5080 can be reached from other machines")]
    [InlineData("serve --rtp-address 0.0.0.0", "RTP address 0.0.0.0 can be reached from other machines")]
    [InlineData("serve --rtp-public-address here", "--rtp-public-address: give the IP address")]
    [InlineData("serve --rtp-public-address 0.0.0.0", "--rtp-public-address: give the IP address")]
    [InlineData("send a.wav", "--to")]
    [InlineData("send a.wav --to here", "--to: write for example")]
    [InlineData("send a.wav --to http://127.0.0.1:1 --loss 101", "--loss 101: must be 0..100")]
    [InlineData("evaluate noise", "'evaluate'")]
    [InlineData("demo --calls 0", "--calls 0: must be 1..50")]
    public async Task Wrong_usage_is_2(string line, string says)
    {
        var (code, errors) = await RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(ExitCode.Usage, code);
        Assert.StartsWith("error: ", errors);
        Assert.Contains(says, errors);
    }

    [Fact]
    public async Task Dotnet_run_takes_paths_from_where_it_is_called()
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", Repository.Path("src", "Host", "SpeechQA.Host.csproj"),
            "-getProperty:RunWorkingDirectory,OutputType"])
        { RedirectStandardOutput = true };
        using var asked = Process.Start(start)!;
        var answer = JsonDocument.Parse(await asked.StandardOutput.ReadToEndAsync()).RootElement.GetProperty("Properties");
        Assert.Equal(("Exe", ""), (answer.GetProperty("OutputType").GetString(), answer.GetProperty("RunWorkingDirectory").GetString()));
    }

    [Fact]
    public async Task Bad_input_is_1()
    {
        await ExpectBadAsync("no such file", "send", "nowhere.wav", "--to", "http://127.0.0.1:9");
        await ExpectBadAsync("no server answers", "send", Sample, "--to", $"http://127.0.0.1:{FreePort()}");
        await ExpectBadAsync("no such file or folder", "serve", "--rules", "nowhere");
        await ExpectBadAsync("manifest.json", "serve", "--models", Path.GetTempPath());
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        await ExpectBadAsync($"{((IPEndPoint)busy.LocalEndpoint).Port}: the port is in use; stop the other program, or name another "
            + "address with --urls",
            "serve", "--urls", $"http://127.0.0.1:{((IPEndPoint)busy.LocalEndpoint).Port}");
    }

    private static async Task ExpectBadAsync(string says, params string[] args)
    {
        var (code, errors) = await RunAsync(args);
        Assert.Equal(ExitCode.BadInput, code);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(says, errors);
    }

    private static async Task<(int Code, string Errors)> RunAsync(params string[] args)
    {
        using var errors = new StringWriter();
        return (await CommandLineRunner.RunAsync(args, errors), errors.ToString());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
