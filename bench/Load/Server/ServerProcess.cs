using System.Diagnostics;
using System.Globalization;
using SpeechQA.Engine.Core;

namespace SpeechQA.Bench.Load.Server;

/// <summary>The program's <c>serve</c> as a process of its own, as an operator starts it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(45);

    /// <summary>Turns partial transcripts off, in a build that makes them.</summary>
    private const string NoPartials = "--no-partials";

    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; private set; } = null!;
    public int Id => _process.Id;

    /// <summary>Null while it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>What it printed.</summary>
    public IReadOnlyList<string> Output
    {
        get
        {
            lock (_output) return [.. _output];
        }
    }

    /// <summary>Returns when calls are taken and a worker has answered.</summary>
    /// <param name="mostCalls">Calls it must take.</param>
    /// <exception cref="BadInputException">It does not start.</exception>
    public static async Task<ServerProcess> StartAsync(LoadOptions options, string rules, int mostCalls, CancellationToken cancellation)
    {
        List<string> more = options.Profile == LoadProfile.Finals && await KnowsAsync(NoPartials, cancellation).ConfigureAwait(false)
            ? [NoPartials] : [];
        var server = new ServerProcess(StartOf(options, rules, mostCalls, more));
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            timeout.CancelAfter(StartTimeout);
            var exited = server._process.WaitForExitAsync(timeout.Token);
            await Task.WhenAny(Task.WhenAll(server._address.Task, server._ready.Task), exited).ConfigureAwait(false);
            if (!server._ready.Task.IsCompleted)
                throw new BadInputException($"the server did not start: {server.Output.LastOrDefault() ?? "it said nothing"}",
                    "run 'speechqa serve' by itself");
            server.Address = await server._address.Task.ConfigureAwait(false);
            using var http = new HttpClient { BaseAddress = server.Address };
            while (!await AnswersAsync(http, timeout.Token).ConfigureAwait(false))
                await Task.Delay(100, timeout.Token).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Tells it to stop, as a service manager does; answers how long that took and the exit code.</summary>
    public async Task<(TimeSpan Took, int? ExitCode)> TerminateAsync()
    {
        var started = Stopwatch.GetTimestamp();
        if (!_process.HasExited)
        {
            using (Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)])) { }
            using var timeout = new CancellationTokenSource(StopTimeout);
            try
            {
                await _process.WaitForExitAsync(timeout.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return (Stopwatch.GetElapsedTime(started), null);
            }
        }
        return (Stopwatch.GetElapsedTime(started), _process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        var (_, code) = await TerminateAsync().ConfigureAwait(false);
        if (code is null) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static ProcessStartInfo StartOf(LoadOptions options, string rules, int mostCalls, List<string> more)
    {
        List<string> words = [.. Program, "serve", "--urls", $"http://127.0.0.1:{options.Port}", "--rules", rules,
            "--max-calls", mostCalls.ToString(CultureInfo.InvariantCulture)];
        if (options.Cores is { } cores) words = ["taskset", "-c", cores, .. words];
        if (options.Workers is { } workers) words.AddRange(["--workers", workers.ToString(CultureInfo.InvariantCulture)]);
        if (options.RtpPorts is { } ports) words.AddRange(["--rtp-ports", ports]);
        words.AddRange([.. more, .. options.ServerArguments]);
        return new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
    }

    /// <summary>The program that is built beside this one.</summary>
    private static IReadOnlyList<string> Program => [Environment.ProcessPath is { } host
        && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
        Path.Combine(AppContext.BaseDirectory, "speechqa.dll")];

    private static async Task<bool> KnowsAsync(string option, CancellationToken cancellation)
    {
        using var help = Process.Start(new ProcessStartInfo(Program[0], [Program[1], "serve", "--help"])
        {
            RedirectStandardOutput = true,
        })!;
        var text = await help.StandardOutput.ReadToEndAsync(cancellation).ConfigureAwait(false);
        return text.Contains(option, StringComparison.Ordinal);
    }

    private static async Task<bool> AnswersAsync(HttpClient http, CancellationToken cancellation)
    {
        using var response = await http.GetAsync("readyz", cancellation).ConfigureAwait(false);
        return response.IsSuccessStatusCode;
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_output) _output.Add(line);
        if (line.StartsWith("page ", StringComparison.Ordinal))
            _address.TrySetResult(new Uri(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        if (line.StartsWith("ready ", StringComparison.Ordinal)) _ready.TrySetResult();
    }
}
