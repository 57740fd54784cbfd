using SpeechQA.Engine.Core;

namespace SpeechQA.Host;

/// <summary>What the process is told before its command runs; what measures the program is set up alike.</summary>
internal static class ProcessSetup
{
    /// <summary>
    /// Threads of the pool for each core: what an utterance means, and the legs of recordings, keep one for milliseconds, and alerts
    /// and pages would wait behind it (docs/decisions/0005-threads-of-legs.md).
    /// </summary>
    private const int PoolThreads = 4;

    public static void Apply()
    {
        NativeAllocator.GiveBackLargeBlocks();
        ThreadPool.GetMinThreads(out _, out var completions);
        ThreadPool.SetMinThreads(PoolThreads * Environment.ProcessorCount, completions);
    }
}
