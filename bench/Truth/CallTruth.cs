using System.Text.Json;
using SpeechQA.Engine.Core;

namespace SpeechQA.Bench.Truth;

/// <summary>What is known to happen in a sample call (<c>NAME.truth.json</c>); times in seconds from its start.</summary>
internal sealed record CallTruth
{
    public const string Ending = ".truth.json";

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public required TruthCall Call { get; init; }
    public IReadOnlyList<TruthChannel> Channels { get; init; } = [];
    public TruthFacts? Facts { get; init; }
    public IReadOnlyList<TruthUtterance> Utterances { get; init; } = [];

    /// <summary>What should raise an alert.</summary>
    public IReadOnlyList<TruthEvent> Events { get; init; } = [];

    /// <summary>What sounds like such an event and is none.</summary>
    public IReadOnlyList<TruthEvent> NearMisses { get; init; } = [];

    /// <exception cref="BadInputException">Not a truth file.</exception>
    public static CallTruth Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<CallTruth>(file, Format) ?? throw new JsonException("empty");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: {e.Message.ReplaceLineEndings(" ")}", "give the truth file of a sample call", e);
        }
    }
}

/// <param name="Audio">File name of the recording, beside the truth file.</param>
/// <param name="Codec"><c>PCMU</c> or <c>PCMA</c>: what its samples are exact decodes of.</param>
internal sealed record TruthCall(string Id, string Language, string Audio, string? Codec = null);

/// <param name="Channel">1 or 2.</param>
/// <param name="Party"><c>agent</c> or <c>customer</c>.</param>
internal sealed record TruthChannel(int Channel, string Party);

/// <param name="Raised">The voice is raised there.</param>
internal sealed record TruthUtterance(string Party, double Start, double End, string Text, bool Raised = false);

/// <param name="Type">e.g. <c>cancellation_threat</c>.</param>
/// <param name="Party"><c>agent</c>, <c>customer</c> or <c>both</c>.</param>
/// <param name="Decidable">The earliest time at which the event can be known; 0 for near misses.</param>
/// <param name="Value">Of a secret: what it is in figures, <c>4000056655665556</c>, <c>03/28</c>.</param>
internal sealed record TruthEvent(string Type, string Party, double Start, double End, string Text, double Decidable = 0,
    string? Value = null)
{
    /// <summary>Of a talk-over: who cut in.</summary>
    public string? Interrupter { get; init; }

    /// <summary>Of a silence: <c>silence</c> or <c>music</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>End of the last word; null for what is no phrase.</summary>
    public double? PhraseEnd { get; init; }
}

/// <summary>What is true of a call as a whole; null where the file does not say.</summary>
/// <param name="RecordingNotice"><c>given</c> within 20 s, <c>late</c> or <c>missing</c>.</param>
internal sealed record TruthFacts(bool? Resolved = null, bool? CallbackPromised = null, string? RecordingNotice = null);
