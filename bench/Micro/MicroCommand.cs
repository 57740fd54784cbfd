using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using SpeechQA.Host.Commands;

namespace SpeechQA.Bench.Micro;

/// <summary>
/// <c>micro</c>: the benchmarks of single parts. Its arguments are BenchmarkDotNet's; <c>micro</c> itself may be left out before them.
/// </summary>
internal static class MicroCommand
{
    private const string Name = "micro";

    /// <summary>The benchmarks' own program is built with all that this one stands on, which takes its time on a busy machine.</summary>
    private static readonly TimeSpan BuildTimeout = TimeSpan.FromMinutes(10);

    public static Command Create()
    {
        var command = new Command(Name,
            "Time and memory of single parts by BenchmarkDotNet; give its options: --filter '*Rtp*' --job short")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(parse => Run([.. parse.UnmatchedTokens]));
        return command;
    }

    public static Command CreateVoice()
    {
        var command = new Command("voice",
            "Voice activity by the thread's CPU time, ours beside ONNX Runtime: for machines that others use");
        command.SetAction(_ => VoiceByCpu.Run());
        return command;
    }

    public static Command CreateMemory()
    {
        var command = new Command("memory", "What a live call holds in memory");
        command.SetAction((_, _) => CallMemory.RunAsync());
        return command;
    }

    /// <summary>A command line that begins with an option of BenchmarkDotNet, with this command before it.</summary>
    /// <param name="root">Its own options stay what they are.</param>
    public static string[] Completed(RootCommand root, string[] args) =>
        args is [['-', ..] first, ..] && !root.Options.Any(o => o.Name == first || o.Aliases.Contains(first)) ? [Name, .. args] : args;

    private static int Run(string[] args)
    {
        BenchmarkSwitcher.FromAssembly(typeof(RtpBenchmarks).Assembly)
            .Run(args, ManualConfig.Create(DefaultConfig.Instance).WithBuildTimeout(BuildTimeout));
        return ExitCode.Done;
    }
}
