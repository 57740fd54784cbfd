using SpeechQA.Engine.Language;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Rules.Phrases;
using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Biasing;

/// <summary>What the recogniser is biased towards.</summary>
public enum BiasWords
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The names of the customer vocabulary.</summary>
    Vocabulary,

    /// <summary>The names, and the phrases of the rules in force.</summary>
    Rules,
}

/// <summary>
/// The recogniser's bias under the rules in force and the customer vocabulary. Made once for each rule set; every request
/// carries the one of its moment. Safe for concurrent use.
/// </summary>
public sealed class BiasSource
{
    /// <summary>Most wordings of rules a language's bias holds; every rule gets its turn.</summary>
    public const int MostWordings = 1000;

    /// <summary>Ways of one phrase that are followed.</summary>
    private const int MostWays = 24;

    /// <summary>A wording needs a word of so many letters: shorter ones are common, and bias would put them everywhere.</summary>
    private const int LongWord = 6;

    private readonly IRuleSource _rules;
    private readonly CustomerVocabulary _vocabulary;
    private readonly BiasWords _words;
    private readonly IReadOnlyList<string> _languages;
    private readonly Lock _making = new();
    private volatile Made? _made;

    private sealed record Made(RuleSet? Set, RecognitionBias? Bias);

    /// <param name="languages">Codes of the languages that are recognised.</param>
    public BiasSource(IRuleSource rules, CustomerVocabulary vocabulary, BiasWords words, IReadOnlyList<string> languages) =>
        (_rules, _vocabulary, _words, _languages) = (rules, vocabulary, words, languages);

    /// <summary>Null: nothing to be biased towards.</summary>
    public RecognitionBias? Current
    {
        get
        {
            if (_words == BiasWords.None) return null;
            var set = _words == BiasWords.Rules ? _rules.Current : null;
            if (_made is { } made && made.Set == set) return made.Bias;
            lock (_making)
            {
                if (_made is null || _made.Set != set) _made = new Made(set, Make(set));
                return _made.Bias;
            }
        }
    }

    private RecognitionBias? Make(RuleSet? set)
    {
        var phrases = _languages.Distinct().Select(code => KeyValuePair.Create<string, IReadOnlyList<string>>(code,
            [.. _vocabulary.Of(code).Concat(set is not null && SpokenLanguage.Find(code) is { } language ? Wordings(set, language) : [])
                .Distinct(StringComparer.Ordinal)]));
        return new RecognitionBias(phrases) is { IsEmpty: false } bias ? bias : null;
    }

    /// <summary>One wording of each rule after another, until the bound or the end.</summary>
    internal static IEnumerable<string> Wordings(RuleSet set, SpokenLanguage language)
    {
        var perRule = set.Phrases
            .Where(use => use.Node is { InNone: false, Condition: PhraseCondition { Near: null } } && use.Phrase.Language == language)
            .GroupBy(use => use.Node.Rule, use => use.Phrase)
            .Select(rule => rule.SelectMany(p => PhraseWordings.Of(p.Pattern, MostWays)).Where(IsTelling).GetEnumerator()).ToList();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (perRule.Count > 0 && seen.Count < MostWordings)
        {
            for (var i = 0; i < perRule.Count && seen.Count < MostWordings;)
            {
                if (!perRule[i].MoveNext()) perRule.RemoveAt(i);
                else seen.Add(perRule[i++].Current);
            }
        }
        return seen;
    }

    private static bool IsTelling(string wording) =>
        wording.Contains(' ', StringComparison.Ordinal) && wording.Split(' ').Any(word => word.Count(char.IsLetter) >= LongWord);
}
