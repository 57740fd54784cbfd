using System.Diagnostics;
using System.Globalization;
using SpeechQA.Engine.Core;

namespace SpeechQA.Bench.Peers;

/// <summary>
/// A peer as a process on one core. Lines with tabs both ways:
/// <list type="number">
/// <item>it says <c>ready</c> once its model is loaded;</item>
/// <item>a request is a line with a number of utterances, then for each language, audio context or 0, call, file of samples;</item>
/// <item>the answer is CPU us of the whole process, peak resident KB, CPU us of opening sessions (not in the first);</item>
/// <item>then for each utterance us from the request to its text, tokens, text.</item>
/// </list>
/// </summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _name;

    private PeerProcess(string name, Process process) => (_name, _process) = (name, process);

    /// <param name="core">Where it runs, and nowhere else.</param>
    /// <exception cref="BadInputException">It does not start.</exception>
    public static async Task<PeerProcess> StartAsync(string name, int core, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("taskset", ["-c", core.ToString(CultureInfo.InvariantCulture), program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            var peer = new PeerProcess(name, Process.Start(start)!);
            if (await peer.ReadAsync().ConfigureAwait(false) == "ready") return peer;
            peer.Dispose();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new BadInputException("taskset is missing", "run this on Linux with util-linux");
        }
        throw new BadInputException($"{name} does not start ({program})", "see its message above");
    }

    public async Task<PeerAnswer> AskAsync(IReadOnlyList<PeerUtterance> utterances, bool cutContext)
    {
        var input = _process.StandardInput;
        await input.WriteLineAsync(utterances.Count.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
        foreach (var u in utterances)
            await input.WriteLineAsync($"{u.Language}\t{(cutContext ? u.AudioContext : 0)}\t{u.Call}\t{u.File}").ConfigureAwait(false);
        await input.FlushAsync().ConfigureAwait(false);
        var head = (await ReadAsync().ConfigureAwait(false)).Split('\t');
        var texts = new PeerText[utterances.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            var fields = (await ReadAsync().ConfigureAwait(false)).Split('\t');
            texts[i] = new PeerText(Number(fields[0]) / 1e6, (int)Number(fields[1]), fields[2]);
        }
        return new PeerAnswer(Number(head[0]) / 1e6, Number(head[1]) / 1024, Number(head[2]) / 1e6, texts);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(10_000)) _process.Kill();
        _process.Dispose();
    }

    private async Task<string> ReadAsync() => await _process.StandardOutput.ReadLineAsync().ConfigureAwait(false)
        ?? throw new BadInputException($"{_name} ended", "see its message above");

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

/// <param name="Cpu">Seconds, all utterances of the request together.</param>
/// <param name="Opening">Seconds of CPU for opening sessions.</param>
internal sealed record PeerAnswer(double Cpu, double PeakMb, double Opening, IReadOnlyList<PeerText> Texts);

/// <param name="Delay">Seconds from the request to the text.</param>
internal sealed record PeerText(double Delay, int Tokens, string Text);
