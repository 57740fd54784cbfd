namespace SpeechQA.WhisperNet.Ggml;

/// <summary>How large ggml's types are: elements of a block and its bytes (ggml.h, ggml-common.h).</summary>
internal static class GgmlTypes
{
    /// <returns>Null: not a type of a Whisper file.</returns>
    public static (int Block, int Bytes)? BytesOf(int type) => type switch
    {
        0 => (1, 4), // F32
        1 => (1, 2), // F16
        2 => (32, 18), // Q4_0
        3 => (32, 20), // Q4_1
        6 => (32, 22), // Q5_0
        7 => (32, 24), // Q5_1
        8 => (32, 34), // Q8_0
        10 => (256, 84), // Q2_K
        11 => (256, 110), // Q3_K
        12 => (256, 144), // Q4_K
        13 => (256, 176), // Q5_K
        14 => (256, 210), // Q6_K
        30 => (1, 2), // BF16
        _ => null,
    };
}
