using System.Text.Json;
using System.Text.Json.Serialization;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper;

/// <summary>One entry of utterances.json, made by models/tools/whisper/make_golden.py.</summary>
public sealed record GoldenUtterance
{
    public required string File { get; init; }
    public required int Rate { get; init; }
    public required string Language { get; init; }
    public required double Seconds { get; init; }

    [JsonPropertyName("samples_16k")]
    public required GoldenSamples Samples { get; init; }
    public required double WindowSeconds { get; init; }
    public required GoldenMel Mel { get; init; }
    public required GoldenEncoder Encoder { get; init; }
    public required string Detected { get; init; }
    public required double DetectedProb { get; init; }
    public required double NoSpeechProb { get; init; }
    public required int[] Tokens { get; init; }
    public required string Text { get; init; }
    public required double[] Logprobs { get; init; }
    public required double AvgLogprob { get; init; }
    public required string Stop { get; init; }
    public required bool Speech { get; init; }
    public required GoldenWord[] Words { get; init; }
    public required GoldenScore Score { get; init; }

    /// <summary>Smallest lead of a choice over its runner-up, natural-log units.</summary>
    public required double Margin { get; init; }
    public int[] Raw { get; init; } = [];
    public double? EndStamp { get; init; }

    public static IReadOnlyList<GoldenUtterance> All { get; } =
        JsonSerializer.Deserialize<GoldenUtterance[]>(
            System.IO.File.ReadAllBytes(Assets.Path("whisper/utterances.json")),
            new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower })!;

    public static GoldenUtterance Of(string file) => All.Single(u => u.File == file);

    public override string ToString() => File;
}

public sealed record GoldenSamples(int First, float[] Values);

public sealed record GoldenMel(int Frames, double Mean, double Std, double Max, double RawMax, Dictionary<string, float[]> Columns);

public sealed record GoldenEncoder
{
    public required int Time { get; init; }
    public required Dictionary<string, double[]> Stats { get; init; }

    [JsonPropertyName("cross_k_0_head0_t10")]
    public required float[] FirstKey { get; init; }

    [JsonPropertyName("cross_v_5_head3_t20")]
    public required float[] LastValue { get; init; }
}

public sealed record GoldenWord(string Word, double Start, double End, double Logprob);

public sealed record GoldenScore(double[] Logprobs, double End);
