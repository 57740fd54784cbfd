using SpeechQA.Engine.Inference;
using SpeechQA.Host.Commands;

// Threads of the pool for each core: what an utterance means, and the legs of recordings, keep one for milliseconds, and alerts and pages
// would wait behind it (docs/decisions.md, 76).
const int PoolThreads = 4;

NativeAllocator.GiveBackLargeBlocks();
ThreadPool.GetMinThreads(out _, out var completions);
ThreadPool.SetMinThreads(PoolThreads * Environment.ProcessorCount, completions);
return await CommandLineRunner.RunAsync(args, Console.Error);
