using SpeechQA.Engine.Conversation;

namespace SpeechQA.Engine.Rules.Running;

/// <summary>A condition was met. Positions are samples at 16 kHz since the start of the call.</summary>
internal sealed record Occurrence
{
    public required long Start { get; init; }
    public required long End { get; init; }
    public required long Decided { get; init; }

    /// <summary>The leg it was found on, or -1 when it is about several.</summary>
    public required int Leg { get; init; }

    /// <summary>The words it covers in the leg's stream; null when it is not about words of one leg.</summary>
    public WordSpan? Words { get; init; }

    /// <summary>As one below <c>none</c>: takes away only what shares words with it.</summary>
    public bool Touching { get; init; }

    public required IReadOnlyList<Evidence> Evidence { get; init; }

    /// <summary>Whether this, found below <c>none</c>, takes the other away: same words, or the same clause; else the same time.</summary>
    public bool Excludes(Occurrence other)
    {
        if (Words is not { } mine || other.Words is not { } its || Leg != other.Leg) return Start < other.End && other.Start < End;
        if (mine.First <= its.Last && its.First <= mine.Last) return true;
        return !Touching && mine.FirstClause <= its.LastClause && its.FirstClause <= mine.LastClause;
    }

    /// <summary>Whether this begins when the other has ended. Word times are not exact to more than 0.3 s.</summary>
    public bool Follows(Occurrence other) =>
        Words is { } mine && other.Words is { } its && Leg == other.Leg ? mine.First > its.Last : Start >= other.End - 4800;

    /// <summary>Several that together meet a condition.</summary>
    public static Occurrence Union(IReadOnlyList<Occurrence> parts)
    {
        var oneLeg = parts.All(p => p.Leg == parts[0].Leg && p.Words is not null);
        return new Occurrence
        {
            Start = parts.Min(p => p.Start),
            End = parts.Max(p => p.End),
            Decided = parts.Max(p => p.Decided),
            Leg = parts.All(p => p.Leg == parts[0].Leg) ? parts[0].Leg : -1,
            Words = oneLeg ? parts.Select(p => p.Words!.Value).Aggregate(WordSpan.Union) : null,
            Evidence = [.. parts.SelectMany(p => p.Evidence)],
        };
    }
}

/// <summary>Words of a leg's stream, numbered since the start of the call, and the clauses they stand in.</summary>
internal readonly record struct WordSpan(long First, long Last, int FirstClause, int LastClause)
{
    public static WordSpan Union(WordSpan a, WordSpan b) =>
        new(Math.Min(a.First, b.First), Math.Max(a.Last, b.Last), Math.Min(a.FirstClause, b.FirstClause),
            Math.Max(a.LastClause, b.LastClause));
}
