using System.IO.Hashing;
using System.Runtime.InteropServices;
using SpeechQA.Engine.Audio;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>Names what was encoded: the audio by its content, and the window it was heard in.</summary>
internal readonly record struct SpeechKey(UInt128 Audio, int Samples, WindowPolicy Window)
{
    /// <summary>Frames that the encoder makes of the window: 20 ms each, two hops of the log-mel.</summary>
    public int Frames => Window.Samples(Samples) / (2 * LogMel.Hop);

    public static SpeechKey Of(ReadOnlySpan<float> speech, WindowPolicy window) =>
        new(XxHash128.HashToUInt128(MemoryMarshal.AsBytes(speech)), speech.Length, window);
}
