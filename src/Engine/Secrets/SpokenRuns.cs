using System.Collections.Frozen;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Secrets;

/// <summary>Finds what is dictated on a leg: digits, spelt letters, months.</summary>
internal sealed class SpokenRuns
{
    /// <summary>A longer pause begins something else.</summary>
    public static readonly long LongestPause = AudioTime.Position(6);

    /// <summary>Words that may lie between the digits of a number that the recogniser half heard.</summary>
    private const int LooseWords = 2;

    /// <summary>Said between the digits of one number.</summary>
    private static readonly FrozenSet<string> Fillers = FrozenSet.ToFrozenSet(
    [
        "um", "umm", "uh", "uhm", "erm", "er", "hmm", "hm", "mm", "euh", "heu", "hum", "ben", "bah", "and", "then", "so", "yes", "yeah",
            "okay", "ok",
        "et", "puis", "ensuite", "alors", "oui", "dash", "hyphen", "space", "comma", "tiret", "espace", "virgule", "blanc",
    ]);

    private static readonly FrozenSet<string> Months = FrozenSet.ToFrozenSet(
    [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
        "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
    ]);

    private readonly int _leg;
    private readonly IReadOnlyList<HeardWord> _heard;
    private readonly IReadOnlyList<SecretPrompt> _prompts;
    private readonly List<SpokenPart> _parts = [];
    private readonly List<SpokenItem> _items = [];

    /// <param name="prompts">Of both legs: what is said after one is another number.</param>
    public SpokenRuns(int leg, IReadOnlyList<HeardWord> heard, IReadOnlyList<SecretPrompt> prompts)
    {
        (_leg, _heard, _prompts) = (leg, heard, prompts);
        for (var w = 0; w < heard.Count; w++)
            for (var p = 0; p < heard[w].Parts.Count; p++)
                _parts.Add(new SpokenPart(heard[w].Parts[p], w, p == heard[w].Parts.Count - 1 && Stops(w)));
        var numbers = new NumberReader(_parts);
        for (var i = 0; i < _parts.Count;) i = Take(numbers, i);
    }

    /// <summary>Digits and months with at most two other words between them: the recogniser may have lost some.</summary>
    public IEnumerable<SpokenRun> Loose() => Split(_items.Where(i => !i.IsLetter), LooseWords);

    /// <summary>Letters and digits with nothing but fillers between them.</summary>
    public IEnumerable<SpokenRun> Spelt() => Split(_items.Where(i => !i.IsMonth), 0);

    /// <summary>Digits of a run with nothing but fillers between them.</summary>
    public IEnumerable<SpokenRun> Strict() => Split(_items.Where(i => i.IsDigits), 0);

    /// <summary>What is said next may belong to a run.</summary>
    public bool MayGoOn(SpokenRun run)
    {
        var others = 0;
        for (var w = run.Items[^1].Last + 1; w < _heard.Count; w++)
        {
            if (_heard[w].IsPrompt) return false;
            others += _heard[w].Parts.Count(p => !Fillers.Contains(p));
        }
        return others <= LooseWords;
    }

    private bool Stops(int word) => _heard[word].EndsClause || word + 1 == _heard.Count
        || _heard[word + 1].Utterance != _heard[word].Utterance;

    private int Take(NumberReader numbers, int i)
    {
        var (text, w, _) = _parts[i];
        if (_heard[w].IsPrompt) return i + 1;
        if (text is "double" && i + 1 < _parts.Count && _parts[i + 1].Text is "u" or "v")
        {
            _items.Add(new SpokenItem("w", w, _parts[i + 1].Word));
            return i + 2;
        }
        if (numbers.At(i) is var (digits, next) && !_heard[_parts[next - 1].Word].IsPrompt)
        {
            _items.Add(new SpokenItem(digits, w, _parts[next - 1].Word));
            return next;
        }
        if (Months.Contains(text)) _items.Add(new SpokenItem(text, w, w));
        else
            foreach (var letter in LettersOf(i)) _items.Add(new SpokenItem(letter.ToString(), w, w));
        return i + 1;
    }

    // "be 68 ...": a country code before figures is spelt, however it is written.
    private string LettersOf(int i)
    {
        var (text, w, _) = _parts[i];
        if (_heard[w].LettersOf(text) is { Length: > 0 } letters) return letters;
        var beforeFigures = i + 1 < _parts.Count && char.IsAsciiDigit(_parts[i + 1].Text[0]);
        return beforeFigures && CheckDigits.IsIbanCountry(text) ? text : "";
    }

    private IEnumerable<SpokenRun> Split(IEnumerable<SpokenItem> items, int between)
    {
        var run = new List<SpokenItem>();
        foreach (var item in items)
        {
            if (run.Count > 0 && !Joins(run[^1].Last, item.First, between))
            {
                yield return new SpokenRun(_leg, _heard, run);
                run = [];
            }
            run.Add(item);
        }
        if (run.Count > 0) yield return new SpokenRun(_leg, _heard, run);
    }

    private bool Joins(int last, int next, int between)
    {
        var (end, start) = (_heard[last].End, _heard[next].Start);
        if (start - end > LongestPause || _prompts.Any(p => p.End > end && p.End <= start)) return false;
        for (var w = last + 1; w < next; w++)
        {
            if (_heard[w].IsPrompt) return false;
            if (_heard[w].Parts.Any(p => !Fillers.Contains(p)) && between-- == 0) return false;
        }
        return true;
    }
}
