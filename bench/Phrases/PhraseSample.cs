using System.Globalization;
using System.Text;
using SpeechQA.Bench.Truth;
using SpeechQA.Bench.WordErrors;

namespace SpeechQA.Bench.Phrases;

/// <summary>
/// Phrases cut out of what is known to be said in recordings, as rules: each is said in some of them and not in the others.
/// </summary>
internal sealed class PhraseSample
{
    /// <summary>Phrases of one language.</summary>
    public const int MostPhrases = 400;

    private const int FewestLetters = 9;
    private const int LongWord = 5;

    private readonly List<(string Id, string Language, string Words)> _phrases = [];

    public PhraseSample(IReadOnlyList<LabelledAudio> recordings)
    {
        foreach (var language in recordings.GroupBy(r => r.Language).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var all = language.SelectMany(r => r.Labels).SelectMany(l => Cut(Plain(l.Label))).Distinct(StringComparer.Ordinal).ToList();
            var step = Math.Max(1, all.Count / (double)MostPhrases);
            for (var i = 0.0; i < all.Count; i += step) _phrases.Add(($"p{_phrases.Count}", language.Key, all[(int)i]));
        }
    }

    public int Count => _phrases.Count;

    /// <summary>A rule file with one rule for each phrase.</summary>
    public string Rules()
    {
        var yaml = new StringBuilder("rules:\n");
        foreach (var (id, language, words) in _phrases)
            yaml.Append(CultureInfo.InvariantCulture,
                $"  - {{ id: {id}, severity: info, languages: [{language}], coolDown: 2h, when: {{ phrase: '{words}' }} }}\n");
        return yaml.ToString();
    }

    /// <summary>Ids of the phrases of a label's language, and whether each is said in it.</summary>
    public IEnumerable<(string Id, bool Said)> Truth(string language, Labelled label)
    {
        var text = $" {Plain(label)} ";
        return _phrases.Where(p => p.Language == language).Select(p => (p.Id, text.Contains($" {p.Words} ", StringComparison.Ordinal)));
    }

    private static string Plain(Labelled label) => TextNormalizer.Normalize(label.Transcript, label.Language);

    private static IEnumerable<string> Cut(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var n = 2; n <= 3; n++)
        {
            for (var i = 0; i + n <= words.Length; i++)
            {
                var piece = words[i..(i + n)];
                if (piece.All(w => w.All(char.IsLetter)) && piece.Sum(w => w.Length) >= FewestLetters
                    && piece.Any(w => w.Length >= LongWord)) yield return string.Join(' ', piece);
            }
        }
    }
}
