using SpeechQA.Engine.Inference;
using SpeechQA.Host.Commands;

// Threads of the pool for each core: a window of inflection keeps one for up to 10 ms, and alerts and pages would wait behind it
// (docs/decisions.md, 76).
const int PoolThreads = 4;

NativeAllocator.GiveBackLargeBlocks();
ThreadPool.GetMinThreads(out _, out var completions);
ThreadPool.SetMinThreads(PoolThreads * Environment.ProcessorCount, completions);
return await CommandLineRunner.RunAsync(args, Console.Error);
