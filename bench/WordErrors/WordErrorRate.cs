using System.Text;
using SpeechQA.Bench.Truth;

namespace SpeechQA.Bench.WordErrors;

/// <summary>One utterance compared; texts are normalised.</summary>
internal sealed record UtteranceErrors(string File, string Language, int Words, int Errors, string Reference, string Hypothesis);

/// <summary>Sums over a set of utterances.</summary>
internal sealed record SetErrors
{
    public int Utterances { get; init; }

    /// <summary>Labelled, but without a hypothesis; counted here and nowhere else.</summary>
    public int Missing { get; init; }
    public int Words { get; init; }
    public EditCounts Edits { get; init; }
    public int Characters { get; init; }
    public int CharacterErrors { get; init; }

    /// <summary>Utterances without any error.</summary>
    public int Exact { get; init; }

    public double Wer => Edits.Total / (double)Math.Max(1, Words);
    public double Cer => CharacterErrors / (double)Math.Max(1, Characters);

    public SetErrors With(int words, EditCounts edits, int characters, int characterErrors, bool exact) => this with
    {
        Utterances = Utterances + 1,
        Words = Words + words,
        Edits = new EditCounts(Edits.Substitutions + edits.Substitutions, Edits.Deletions + edits.Deletions,
            Edits.Insertions + edits.Insertions),
        Characters = Characters + characters,
        CharacterErrors = CharacterErrors + characterErrors,
        Exact = Exact + (exact ? 1 : 0),
    };
}

/// <summary>
/// Word and character error rates of English and French text per set, per language (<c>all en</c>) and in all, after
/// <see cref="TextNormalizer"/>. Errors are summed over the utterances before they are divided by the words.
/// </summary>
internal sealed class WordErrorRate
{
    private readonly Dictionary<string, SetErrors> _sets = [];
    private readonly List<UtteranceErrors> _utterances = [];

    public IReadOnlyDictionary<string, SetErrors> Sets => _sets;
    public IReadOnlyList<UtteranceErrors> Utterances => _utterances;

    /// <summary>The sets as a table shows them: folders, then languages, then all.</summary>
    public IEnumerable<KeyValuePair<string, SetErrors>> Ordered => _sets
        .OrderBy(s => s.Key.StartsWith("all", StringComparison.Ordinal)).ThenBy(s => s.Key.Length == 3)
            .ThenBy(s => s.Key, StringComparer.Ordinal);

    /// <summary>Compares one utterance; languages that are not covered are left out.</summary>
    /// <param name="hypothesis">What was recognised, or null when it was not tried.</param>
    public void Add(Labelled label, string? hypothesis)
    {
        if (!Labelled.Covers(label.Language)) return;
        string[] keys = [label.File.Split('/')[0], "all " + label.Language[..2], "all"];
        if (hypothesis is null)
        {
            foreach (var key in keys) _sets[key] = SetOf(key) with { Missing = SetOf(key).Missing + 1 };
            return;
        }
        var a = TextNormalizer.Normalize(label.Transcript, label.Language);
        var b = TextNormalizer.Normalize(hypothesis, label.Language);
        var words = Words(a);
        var edits = EditDistance.Between(words, Words(b));
        var characters = a.EnumerateRunes().ToArray();
        var characterErrors = EditDistance.Between<Rune>(characters, b.EnumerateRunes().ToArray()).Total;
        _utterances.Add(new UtteranceErrors(label.File, label.Language, words.Length, edits.Total, a, b));
        foreach (var key in keys) _sets[key] = SetOf(key).With(words.Length, edits, characters.Length, characterErrors, a == b);
    }

    private SetErrors SetOf(string key) => _sets.GetValueOrDefault(key) ?? new SetErrors();

    private static string[] Words(string normalised) => normalised.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
