using SpeechQA.WhisperNet.Ggml;
using Whisper.net;

namespace SpeechQA.WhisperNet;

/// <summary>
/// Which of a model's heads look at the moment of a word (OpenAI's whisper, _ALIGNMENT_HEADS). Models are known by their sizes; of one
/// that is not, word times are estimated from time stamps instead.
/// </summary>
internal static class AlignmentHeads
{
    public static WhisperAlignmentHeadsPreset Of(GgmlSizes sizes) => (sizes.AudioLayers, sizes.TextLayers, sizes.IsMultilingual) switch
    {
        (4, 4, true) => WhisperAlignmentHeadsPreset.Tiny,
        (4, 4, false) => WhisperAlignmentHeadsPreset.TinyEn,
        (6, 6, true) => WhisperAlignmentHeadsPreset.Base,
        (6, 6, false) => WhisperAlignmentHeadsPreset.BaseEn,
        (12, 12, true) => WhisperAlignmentHeadsPreset.Small,
        (12, 12, false) => WhisperAlignmentHeadsPreset.SmallEn,
        (24, 24, true) => WhisperAlignmentHeadsPreset.Medium,
        (24, 24, false) => WhisperAlignmentHeadsPreset.MediumEn,
        // Large v1 and v2 have the same sizes; v2 is the one in use.
        (32, 32, true) => sizes.Bands == 128 ? WhisperAlignmentHeadsPreset.LargeV3 : WhisperAlignmentHeadsPreset.LargeV2,
        (32, 4, true) => WhisperAlignmentHeadsPreset.LargeV3Turbo,
        _ => WhisperAlignmentHeadsPreset.None,
    };
}
