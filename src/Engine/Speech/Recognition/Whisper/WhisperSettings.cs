using System.Text.Json;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>A model's <c>settings.json</c>, written by models/tools/whisper/export_whisper.py. Token ids are Whisper's own.</summary>
internal sealed record WhisperSettings
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public required int Heads { get; init; }
    public required int NMels { get; init; }

    /// <summary>Positions the decoder knows, prompt included.</summary>
    public required int Ctx { get; init; }
    public required int DecLayers { get; init; }
    public required int Rows { get; init; }
    public required int Eot { get; init; }
    public required int Sot { get; init; }
    public required int Transcribe { get; init; }
    public required int NoSpeech { get; init; }
    public required int NoTimestamps { get; init; }
    public required int TimestampBegin { get; init; }
    public required Dictionary<string, int> Languages { get; init; }
    public required int[] Suppress { get; init; }
    public required int[] SuppressBegin { get; init; }
    public required int[][] AlignmentHeads { get; init; }
    public required WindowPolicy Window { get; init; }

    /// <summary>
    /// The window of partials: a quarter less for the encoder, for 0.3 points of word error rate (the model's card, "Window").
    /// </summary>
    public WindowPolicy PartialWindow => Window with { Tail = 1.0, Minimum = 3.0 };
    public required TokenLimit Limit { get; init; }

    /// <summary>A closing stamp within this many seconds of the end of the speech ends the utterance.</summary>
    public required double EndMargin { get; init; }
    public required SpeechGate[] Gate { get; init; }
    public required BiasWeights Bias { get; init; }

    /// <exception cref="BadInputException">The file is missing, changed, or not such a file.</exception>
    public static WhisperSettings Read(ModelFile file)
    {
        try
        {
            return JsonSerializer.Deserialize<WhisperSettings>(file.Read(), Json) ?? throw new JsonException("empty");
        }
        catch (JsonException e)
        {
            throw new BadInputException(
                $"{file.FullPath}: not the settings of a Whisper model ({e.Message})", "export the model again", e);
        }
    }

    /// <summary>Tokens after which an utterance is cut off.</summary>
    internal sealed record TokenLimit(double Base, double PerSecond);

    /// <summary>Natural-log units added to phrases of the rules and the vocabulary.</summary>
    /// <param name="Boost">To a token that continues a started phrase.</param>
    /// <param name="Start">To the first token of a phrase.</param>
    internal sealed record BiasWeights(float Boost, float Start);
}
