using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using SpeechQA.Bench;
using SpeechQA.Bench.Load;

if (args is ["load", .. var rest]) return await LoadCommand.RunAsync(rest).ConfigureAwait(false);
// The benchmarks' own program is built with all that this one stands on, which takes its time on a busy machine.
BenchmarkSwitcher.FromAssembly(typeof(RtpBenchmarks).Assembly).Run(args, ManualConfig.Create(DefaultConfig.Instance).WithBuildTimeout(TimeSpan.FromMinutes(10)));
return 0;
