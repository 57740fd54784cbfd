using System.Text.Json.Serialization;
using SpeechQA.Engine.Inflection.Prosody;

namespace SpeechQA.Engine.Conversation;

/// <summary>How a voice sounds. JSON: <c>calm</c>, <c>raised</c>, <c>watch</c>, <c>alert</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InflectionState>))]
public enum InflectionState
{
    /// <summary>As the caller speaks when calm.</summary>
    [JsonStringEnumMemberName("calm")] Calm,

    /// <summary>Higher, and louder or with more effort, than the caller's calm speech; happiness raises a voice, too.</summary>
    [JsonStringEnumMemberName("raised")] Raised,

    /// <summary>A watch mark: raised, with a middling score.</summary>
    [JsonStringEnumMemberName("watch")] Watch,

    /// <summary>The strict state is up.</summary>
    [JsonStringEnumMemberName("alert")] Alert,
}

/// <summary>A point of the mood curve. Numbers are null where they are not known.</summary>
/// <param name="Score">Smoothed score of the model, 0..1.</param>
/// <param name="Semitones">Pitch against the caller's calm speech.</param>
/// <param name="Decibels">Level against the caller's calm speech.</param>
/// <param name="Words">The change in words, when the voice is not calm.</param>
public sealed record InflectionPoint(InflectionState State, double? Score, double? Semitones, double? Decibels, string? Words)
{
    internal static InflectionPoint Of(InflectionMeasured measured)
    {
        var state = measured.On || measured.Alert ? InflectionState.Alert
            : measured.Watch ? InflectionState.Watch
            : measured.RaisedWindow ? InflectionState.Raised : InflectionState.Calm;
        return new InflectionPoint(state, Known(measured.Score, 3), Known(measured.Change.Pitch, 1), Known(measured.Change.LevelDb, 1),
            state == InflectionState.Calm ? null : ProsodyPhrases.Describe(measured.Change));
    }

    private static double? Known(double value, int digits) => double.IsFinite(value) ? Math.Round(value, digits) : null;
}
