namespace SpeechQA.WhisperNet.Ggml;

/// <summary>The header of a ggml file of whisper.cpp, in the order of the file.</summary>
/// <param name="Vocabulary">Tokens, specials included: 51864 in English-only models, 51865 or 51866 in multilingual ones.</param>
/// <param name="AudioContext">Positions of the encoder, 20 ms each.</param>
/// <param name="Type">Type of the matrices (ggml_ftype), plus 1000 for each version of the quantisation.</param>
internal readonly record struct GgmlSizes(
    int Vocabulary, int AudioContext, int AudioState, int AudioHeads, int AudioLayers,
    int TextContext, int TextState, int TextHeads, int TextLayers, int Bands, int Type)
{
    /// <summary>Numbers of the header.</summary>
    public const int Count = 11;

    private const int EnglishOnly = 51_864;
    private const int HeadSize = 64;

    /// <summary>ggml_ftype: float32, float16, q4_0, q4_1, q8_0, q5_0, q5_1, q2_k to q6_k.</summary>
    private static readonly int[] Types = [0, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14];

    public static GgmlSizes Of(ReadOnlySpan<int> n) => new(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10]);

    /// <summary>Whether the model knows other languages than English.</summary>
    public bool IsMultilingual => Vocabulary > EnglishOnly;

    /// <summary>Id of the end of text; smaller ids are text.</summary>
    public int End => IsMultilingual ? 50_257 : 50_256;

    /// <summary>Id of &lt;|0.00|&gt;; each further id is 0.02 s later.</summary>
    public int FirstStamp => 50_363 + Vocabulary - EnglishOnly;

    /// <summary>Tensors of a whole model.</summary>
    public int Tensors => 11 + 15 * AudioLayers + 24 * TextLayers;

    /// <summary>What no Whisper has, or null. whisper.cpp ends the process over some of it.</summary>
    public string? Fault() => this switch
    {
        { Vocabulary: < EnglishOnly or > 52_000 } => $"{Vocabulary} tokens",
        { AudioContext: not 1500 } => $"an audio context of {AudioContext}",
        { TextContext: not 448 } => $"a text context of {TextContext}",
        { AudioLayers: < 1 or > 64 } => $"{AudioLayers} audio layers",
        { TextLayers: < 1 or > 64 } => $"{TextLayers} text layers",
        { Bands: not (80 or 128) } => $"{Bands} mel bands",
        { AudioHeads: < 1 or > 64 } => $"{AudioHeads} audio heads",
        _ when AudioState != AudioHeads * HeadSize => $"{AudioHeads} audio heads of {AudioState} in all",
        _ when TextState != AudioState || TextHeads != AudioHeads => $"{TextHeads} text heads of {TextState} in all",
        _ when Type < 0 || !Types.Contains(Type % 1000) => $"matrices of type {Type}",
        _ => null,
    };
}
