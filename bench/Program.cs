using BenchmarkDotNet.Running;
using SpeechQA.Bench;
using SpeechQA.Bench.Load;

if (args is ["load", .. var rest]) return await LoadCommand.RunAsync(rest).ConfigureAwait(false);
BenchmarkSwitcher.FromAssembly(typeof(RtpBenchmarks).Assembly).Run(args);
return 0;
