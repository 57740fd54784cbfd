using System.Diagnostics;

namespace SpeechQA.Host.Tests.Commands;

/// <summary>The program as a process of its own, as a user starts it.</summary>
internal sealed class ProgramProcess : IDisposable
{
    public const string WhyIgnored = "Whoever started the tests ignores SIGINT (a job in a shell's background), and programs inherit that.";

    private readonly Process _process;

    /// <summary>It starts, loads models and plays calls in real time, beside other tests.</summary>
    private readonly CancellationTokenSource _patience = new(3 * TestServer.Patience);

    public ProgramProcess(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "speechqa.dll"));
        foreach (var arg in args) start.ArgumentList.Add(arg);
        _process = Process.Start(start)!;
    }

    /// <summary>Bit 1 of the mask of ignored signals is SIGINT (proc(5)).</summary>
    public static bool IgnoresInterrupts => File.Exists("/proc/self/status")
        && File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } ignored
        && (Convert.ToUInt64(ignored["SigIgn:".Length..].Trim(), 16) & 2) != 0;

    /// <summary>Reads lines until one holds a text.</summary>
    public async Task<string> UntilAsync(string text)
    {
        while (await _process.StandardOutput.ReadLineAsync(_patience.Token) is { } line)
            if (line.Contains(text, StringComparison.Ordinal)) return line;
        throw new InvalidOperationException($"the program ended without '{text}': {await _process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>Sends a signal (<c>INT</c> as Ctrl-C does, or <c>TERM</c>) and answers with what the program printed last.</summary>
    public async Task<(int Code, string Output, string Errors)> SignalAsync(string signal)
    {
        using (var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"])) await kill.WaitForExitAsync(_patience.Token);
        var output = _process.StandardOutput.ReadToEndAsync(_patience.Token);
        var errors = _process.StandardError.ReadToEndAsync(_patience.Token);
        await _process.WaitForExitAsync(_patience.Token);
        // Beside other tests the machine may have been behind, which is told and no fault.
        var faults = (await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.Contains("The machine was behind", StringComparison.Ordinal));
        return (_process.ExitCode, await output, string.Join('\n', faults));
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
        _patience.Dispose();
    }
}
