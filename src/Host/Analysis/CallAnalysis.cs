using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Host.Analysis;

/// <summary>What was heard in a call and raised about it, complete.</summary>
internal sealed record CallAnalysis
{
    /// <summary>What the output calls the call.</summary>
    public required string Source { get; init; }

    /// <summary>The language of most of the speech; null when nothing was said and none was given.</summary>
    public required string? Language { get; init; }

    /// <summary>Seconds.</summary>
    public required double Duration { get; init; }

    /// <summary>By leg.</summary>
    public required IReadOnlyList<Party> Parties { get; init; }

    /// <summary>By start, then leg.</summary>
    public required IReadOnlyList<Utterance> Utterances { get; init; }

    /// <summary>By start, rule, party, end.</summary>
    public required IReadOnlyList<Alert> Alerts { get; init; }

    /// <summary>What the call was like; null when an internal error ended it.</summary>
    public CallFacts? Facts { get; init; }

    /// <summary>Sound that yielded nothing, and what was wrong with the input without making it useless; by start, leg and kind.</summary>
    public IReadOnlyList<SoundWarning> Warnings { get; init; } = [];

    /// <summary>Of a call whose <see cref="Call.Completion"/> is done.</summary>
    public static CallAnalysis Of(Call call, string source) => new()
    {
        Source = source,
        Language = call.Options.Language == "auto" ? Spoken(call.Utterances) : call.Options.Language,
        Duration = AudioTime.Seconds(call.Legs.Max(l => l.Position)),
        Parties = call.Description.Parties,
        Utterances = call.Utterances,
        Alerts = call.Alerts,
        Facts = call.Facts,
        Warnings = call.Warnings,
    };

    private static string? Spoken(IEnumerable<Utterance> utterances) => utterances
        .GroupBy(u => u.Language)
        .OrderByDescending(g => g.Sum(u => u.End - u.Start)).ThenBy(g => g.Key, StringComparer.Ordinal)
        .FirstOrDefault()?.Key;
}
