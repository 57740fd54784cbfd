using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper;

namespace SpeechQA.Bench.Peers;

/// <summary>
/// A peer in a process of its own: <c>peer-child ours</c>, <c>naive</c>, or <c>whisper.cpp MODEL</c>. Requests and answers are lines, as
/// <see cref="PeerProcess"/> describes them.
/// </summary>
internal static class PeerChild
{
    public static async Task<int> RunAsync(string kind, string? model)
    {
        using var sessions = new ModelSessions(ModelFolder.Find());
        await using var ours = kind == "ours" ? new WhisperRecognizer(sessions, new WhisperOptions { Workers = 1 }) : null;
        using var whisperCpp = model is null ? null : new WhisperCppPeer(model);
        Dictionary<string, NaiveRecognizer> calls = [];
        Console.WriteLine("ready");
        while (Console.ReadLine() is { } line)
        {
            var jobs = new string[int.Parse(line, CultureInfo.InvariantCulture)][];
            for (var i = 0; i < jobs.Length; i++) jobs[i] = Console.ReadLine()!.Split('\t');
            var opening = kind == "naive" ? Open(jobs, calls) : TimeSpan.Zero;
            var cpu = Environment.CpuUsage.TotalTime;
            var clock = Stopwatch.StartNew();
            // Ours takes all at once and decodes together; the others get one at a time.
            var answers = await Task.WhenAll(jobs.Select(job => AnswerAsync(job, ours, whisperCpp, calls, clock))).ConfigureAwait(false);
            var spent = Environment.CpuUsage.TotalTime - cpu;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{spent.TotalMicroseconds:0}\t{PeakKb()}\t{opening.TotalMicroseconds:0}"));
            foreach (var answer in answers) Console.WriteLine(answer);
        }
        foreach (var call in calls.Values) call.Dispose();
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{kind}: {ModelCpu.Encoder.Seconds:0.00} s of CPU in the encoder, {ModelCpu.Decoder.Seconds:0.00} s in the decoder (first "
            + $"utterance included)")).ConfigureAwait(false);
        return 0;
    }

    /// <summary>CPU time of opening the sessions of calls that are new.</summary>
    private static TimeSpan Open(string[][] jobs, Dictionary<string, NaiveRecognizer> calls)
    {
        var from = Environment.CpuUsage.TotalTime;
        var fresh = 0;
        foreach (var job in jobs)
            if (!calls.ContainsKey(job[2]))
            {
                calls[job[2]] = new NaiveRecognizer();
                fresh++;
            }
        return fresh == 0 ? TimeSpan.Zero : Environment.CpuUsage.TotalTime - from;
    }

    private static async Task<string> AnswerAsync(
        string[] job, WhisperRecognizer? ours, WhisperCppPeer? whisperCpp, Dictionary<string, NaiveRecognizer> calls, Stopwatch clock)
    {
        var samples = MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(job[3]).ConfigureAwait(false)).ToArray();
        var (text, tokens) = ("", 0);
        if (whisperCpp is not null)
            (text, tokens) = await whisperCpp.RecognizeAsync(samples, job[0], int.Parse(job[1], CultureInfo.InvariantCulture))
                .ConfigureAwait(false);
        else if (ours is null) (text, tokens) = calls[job[2]].Recognize(samples, job[0]);
        else
        {
            var result = await ours.RecognizeAsync(new RecognitionRequest(samples, new LegLanguage(job[0]), RecognitionKind.Final))
                .ConfigureAwait(false);
            (text, tokens) = (result.Text, result.DraftTokens.Count);
        }
        return string.Create(CultureInfo.InvariantCulture,
            $"{clock.Elapsed.TotalMicroseconds:0}\t{tokens}\t{text.ReplaceLineEndings(" ")}");
    }

    private static long PeakKb()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1024;
    }
}
