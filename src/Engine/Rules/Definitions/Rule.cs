using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Language;

namespace SpeechQA.Engine.Rules.Definitions;

/// <summary>A rule as read from a file and found valid.</summary>
public sealed record Rule
{
    /// <summary>Lower-case letters, digits and hyphens; unique among the rules in force.</summary>
    public required string Id { get; init; }

    /// <summary>For a person; the id when the file gives none.</summary>
    public required string Name { get; init; }

    /// <summary>How much its alerts need a person.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Whose words and pace it is about; null: each party's.</summary>
    public required Party? Party { get; init; }

    /// <summary>Languages in which it is judged.</summary>
    public required IReadOnlyList<SpokenLanguage> Languages { get; init; }

    /// <summary>Names of the queues whose calls it looks at; empty: all.</summary>
    public required IReadOnlyList<string> Queues { get; init; }

    /// <summary>Audio time from the start of an alert in which the same rule stays quiet on the same leg.</summary>
    public required TimeSpan CoolDown { get; init; }

    /// <summary>What must be heard.</summary>
    public required Condition When { get; init; }

    /// <summary>First 8 hex digits of the SHA-256 of the rule's canonical text, terms included.</summary>
    public required string Version { get; init; }

    /// <summary>File that it stands in.</summary>
    public required string File { get; init; }

    /// <summary>Line of its id, from 1.</summary>
    public required int Line { get; init; }
}
