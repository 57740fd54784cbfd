using System.Text.Json;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;

namespace SpeechQA.Engine.TextModels;

/// <summary>A text model's <c>config.json</c>.</summary>
internal sealed record TextModelConfig
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public required int Dimension { get; init; }
    public required int MaxTokens { get; init; }
    public required int VocabSize { get; init; }
    public required IReadOnlyList<IntentHead> Intents { get; init; }
    public required RuleConstants Rule { get; init; }

    /// <exception cref="BadInputException">The file is missing, changed, or not such a file.</exception>
    public static TextModelConfig Read(ModelFile file) => Read<TextModelConfig>(file, c => c.Rule.Center.Length == c.Dimension);

    /// <summary>A checked JSON file beside the model.</summary>
    public static T Read<T>(ModelFile file, Predicate<T> isWhole)
    {
        try
        {
            var value = JsonSerializer.Deserialize<T>(file.Read(), Json);
            if (value is not null && isWhole(value)) return value;
        }
        catch (JsonException e)
        {
            throw new BadInputException($"{file.FullPath}: not a file of the text model ({e.Message})", ModelFile.Remedy, e);
        }
        throw new BadInputException($"{file.FullPath}: not a file of the text model", ModelFile.Remedy);
    }

    /// <summary>Constants of <see cref="SemanticRule"/>, chosen on the model's dev split.</summary>
    /// <param name="Top">How many nearest examples count.</param>
    /// <param name="Centroid">Weight of the cosine with the mean of the examples.</param>
    /// <param name="CounterWeight">Weight of a nearer counter-example.</param>
    /// <param name="CounterMargin">Added to how much nearer it is.</param>
    /// <param name="FalseAlarm">Share of the background that may fire, 0..1.</param>
    /// <param name="Center">[384], the mean embedding, taken off before comparing.</param>
    internal sealed record RuleConstants(int Top, float Centroid, float CounterWeight, float CounterMargin, double FalseAlarm,
        float[] Center);
}
