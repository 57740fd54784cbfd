using System.Runtime.InteropServices;
using SpeechQA.Engine.Language;
using SpeechQA.Engine.Rules.Phrases;

namespace SpeechQA.Engine.Rules.Phonetic;

/// <summary>A word of the rules that sounds like something heard.</summary>
/// <param name="Word">Its number in the automaton's vocabulary.</param>
/// <param name="Second">The number of a second word behind it, or -1.</param>
/// <param name="Cost">Distance of the sounds, <see cref="PhoneticDistance"/>.</param>
/// <param name="Sounds">Sounds of the word or words.</param>
internal readonly record struct PhoneticNeighbor(int Word, int Second, double Cost, int Sounds)
{
    /// <summary>Distance for each sound.</summary>
    public double Share => Cost / Sounds;
}

/// <summary>
/// The words of one language's rules by their sound. A look-up takes the consonants of a key without their voicing, and
/// those with one left out: words that differ by one such consonant meet there (as SymSpell does it with letters; Wolf
/// Garbe, 2012), whatever the number of words. What meets is measured, up to a bound. Immutable, safe for concurrent use.
/// </summary>
internal sealed class PhoneticIndex
{
    /// <summary>Largest distance for each sound that anybody may ask for.</summary>
    public const double MostShare = 0.35;

    /// <summary>Shorter keys must be equal: everything is near them.</summary>
    public const int ShortKey = 3;

    /// <summary>Most words that one look-up measures, and most that it answers.</summary>
    public const int MostMeasured = 256;

    /// <inheritdoc cref="MostMeasured"/>
    public const int MostAnswered = 12;

    private readonly Dictionary<string, List<int>> _byConsonants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _byKey = new(StringComparer.Ordinal);
    private readonly string[] _keys;

    public PhoneticIndex(PhraseAutomaton automaton, SpokenLanguage language)
    {
        _keys = new string[automaton.WordCount];
        for (var word = 0; word < _keys.Length; word++)
        {
            var key = _keys[word] = PhoneticKey.Of(automaton.TextOf(word), language);
            if (key.Length == 0) continue;
            _byKey.TryAdd(key, word);
            foreach (var variant in Variants(Consonants(key)))
            {
                ref var words = ref CollectionsMarshal.GetValueRefOrAddDefault(_byConsonants, variant, out _);
                (words ??= []).Add(word);
            }
        }
    }

    /// <summary>Sounds of a word of the vocabulary.</summary>
    public int SoundsOf(int word) => _keys[word].Length;

    /// <summary>The words nearest to a key, nearest first.</summary>
    /// <param name="measured">Grows by the look-ups and measurements made.</param>
    public List<PhoneticNeighbor> Find(string key, ref long measured)
    {
        var found = new List<PhoneticNeighbor>();
        if (key.Length == 0) return found;
        var seen = new HashSet<int>();
        foreach (var variant in Variants(Consonants(key)))
        {
            measured++;
            if (!_byConsonants.TryGetValue(variant, out var words)) continue;
            foreach (var word in words)
            {
                if (seen.Count == MostMeasured) break;
                if (!seen.Add(word)) continue;
                measured++;
                var sounds = _keys[word].Length;
                var limit = sounds < ShortKey ? 0 : MostShare * sounds;
                var cost = PhoneticDistance.Of(key, _keys[word], limit);
                if (cost <= limit) found.Add(new PhoneticNeighbor(word, -1, cost, sounds));
            }
        }
        found.Sort((a, b) => a.Share != b.Share ? a.Share.CompareTo(b.Share) : a.Word.CompareTo(b.Word));
        if (found.Count > MostAnswered) found.RemoveRange(MostAnswered, found.Count - MostAnswered);
        return found;
    }

    /// <summary>Two words that together sound exactly as a key: one word was heard for two.</summary>
    public IEnumerable<PhoneticNeighbor> FindPairs(string key)
    {
        for (var cut = 1; cut < key.Length; cut++)
            if (_byKey.TryGetValue(key[..cut], out var first) && _byKey.TryGetValue(key[cut..], out var second))
                yield return new PhoneticNeighbor(first, second, 0, key.Length);
    }

    private static IEnumerable<string> Variants(string consonants)
    {
        yield return consonants;
        if (consonants.Length < 2) yield break;
        for (var i = 0; i < consonants.Length; i++)
            if (i == 0 || consonants[i] != consonants[i - 1]) yield return consonants.Remove(i, 1);
    }

    private static string Consonants(string key)
    {
        Span<char> kept = stackalloc char[key.Length];
        var n = 0;
        foreach (var sound in key)
        {
            var kind = sound switch
            {
                'B' => 'P',
                'D' or '0' => 'T',
                'G' => 'K',
                'V' => 'F',
                'Z' => 'S',
                'C' or 'J' => 'X',
                'M' => 'N',
                'R' => 'L',
                'P' or 'T' or 'K' or 'F' or 'S' or 'X' or 'N' or 'L' => sound,
                _ => '\0',
            };
            if (kind != '\0') kept[n++] = kind;
        }
        return new string(kept[..n]);
    }
}
