using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using SpeechQA.Bench;
using SpeechQA.Bench.Load;
using SpeechQA.Bench.Micro;
using SpeechQA.Bench.Peers;

if (args is ["load", .. var rest]) return await LoadCommand.RunAsync(rest).ConfigureAwait(false);
if (args is ["peers", .. var contest]) return await PeersCommand.RunAsync(contest).ConfigureAwait(false);
if (args is ["peer-child", var kind, .. var model]) return await PeerChild.RunAsync(kind, model.FirstOrDefault()).ConfigureAwait(false);
if (args is ["voice"]) return VoiceByCpu.Run();
if (args is ["memory"]) return await CallMemory.RunAsync().ConfigureAwait(false);
// The benchmarks' own program is built with all that this one stands on, which takes its time on a busy machine.
BenchmarkSwitcher.FromAssembly(typeof(RtpBenchmarks).Assembly).Run(args, ManualConfig.Create(DefaultConfig.Instance).WithBuildTimeout(TimeSpan.FromMinutes(10)));
return 0;
