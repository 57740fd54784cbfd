using System.Runtime.InteropServices;

namespace SpeechQA.Engine.Inference.Models;

/// <summary>
/// Threads for work that may wait a few milliseconds. Recognition keeps every core busy for long; packets, voice windows and
/// pages need a core for a moment and at once. So its threads are nicer than all others: the system lets these go first.
/// </summary>
internal static partial class BackgroundThread
{
    /// <summary>
    /// Of 0..19. At 10 a thread gets a ninth of a core beside one of 0, and all of it when there is none. At 5 the p99 of voice windows was
    /// twice as long (docs/decisions/0023-voice-windows-first.md).
    /// </summary>
    private const int Nice = 10;

    private const int Process = 0;
    private const uint Calling = 0;

    /// <summary>A thread that runs <paramref name="work"/> to its end; not started.</summary>
    public static Thread Of(string name, Action work) => new(() =>
    {
        // .NET's own priorities do nothing on Linux, where 0 stands for the calling thread alone.
        if (OperatingSystem.IsLinux()) _ = SetPriority(Process, Calling, Nice);
        else Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        work();
    })
    {
        Name = name,
        IsBackground = true,
    };

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int value);
}
