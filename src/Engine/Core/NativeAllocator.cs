using System.Runtime.InteropServices;

namespace SpeechQA.Engine.Core;

/// <summary>The C library's allocator, which the engine's native buffers and ONNX Runtime share.</summary>
public static partial class NativeAllocator
{
    private const int MmapThreshold = -3; // M_MMAP_THRESHOLD, mallopt(3)

    /// <summary>Blocks of this size and more are mapped one by one, bytes.</summary>
    private const int Large = 1 << 20;

    /// <summary>
    /// Large blocks go back to the system when they are freed; to be called before models are loaded. By default glibc raises its limit to
    /// the largest block that was freed (32 MB at most), so utterances' buffers of a few megabytes come from heaps of threads that do not
    /// shrink: 100 MB with twelve live calls. For the whole process. Does nothing where there is no glibc.
    /// </summary>
    public static void GiveBackLargeBlocks()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = MallOpt(MmapThreshold, Large);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, whose allocator has no such limit to set.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int option, int value);
}
