using System.Globalization;
using SpeechQA.Engine.Language;

namespace SpeechQA.Engine.Rules.Phrases;

/// <summary>A phrase that cannot be read: why, and what to write instead.</summary>
internal sealed class PatternException(string reason, string remedy) : Exception(reason)
{
    public string Remedy { get; } = remedy;
}

/// <summary>
/// Reads a phrase: words (<c>word</c> as written, <c>word~</c> in all its forms), <c>a|b</c> choices, <c>(...)</c> groups,
/// <c>[...]</c> optional parts, <c>*</c> for none to three words, <c>&lt;name&gt;</c> a term defined in the file.
/// </summary>
internal sealed class PatternParser
{
    private const string Marks = "|()[]<>*~";

    private readonly SpokenLanguage _language;
    private readonly IReadOnlyDictionary<string, string> _terms;
    private readonly Dictionary<string, PatternNode> _known = [];
    private readonly List<string> _open = [];
    private int _nodes;

    /// <param name="terms">Named texts of the file, by name.</param>
    public PatternParser(SpokenLanguage language, IReadOnlyDictionary<string, string> terms)
    {
        _language = language;
        _terms = terms;
    }

    /// <summary>The phrase's tree. Throws <see cref="PatternException"/>.</summary>
    public PatternNode Parse(string text)
    {
        _nodes = 0;
        var node = ParseText(text);
        if (node.MayBeEmpty)
            throw new PatternException("the phrase is satisfied by no word at all", "give it at least one word that must be said");
        if (node.MayBeginWithGap || node.MayEndWithGap)
            throw new PatternException("the phrase begins or ends with '*'", "put '*' between words; at an edge it means nothing");
        if (node.LongestMatch > RuleLimits.PhraseWords)
            throw new PatternException(string.Create(CultureInfo.InvariantCulture, $"the phrase may be {node.LongestMatch} words long"),
                $"keep phrases to {RuleLimits.PhraseWords} words; use a sequence for more");
        return node;
    }

    /// <summary>The parts of a phrase that <c>near</c> looks for: its items at the top.</summary>
    public static IReadOnlyList<PatternNode> Parts(PatternNode node) => node is SequenceNode sequence ? sequence.Items : [node];

    private PatternNode ParseText(string text)
    {
        if (text.Length > RuleLimits.PhraseCharacters)
            throw new PatternException($"the phrase has {text.Length} characters",
                $"keep it to {RuleLimits.PhraseCharacters}; use several phrases");
        var at = 0;
        var node = Choice(text, ref at, 0);
        if (at < text.Length)
            throw new PatternException($"'{text[at]}' at column {at + 1} closes nothing", "remove it or open the group before");
        return node;
    }

    private PatternNode Choice(string text, ref int at, int depth)
    {
        if (depth > RuleLimits.Nesting)
            throw new PatternException("the phrase is nested too deeply", $"use at most {RuleLimits.Nesting} levels of brackets");
        var alternatives = new List<PatternNode> { Sequence(text, ref at, depth) };
        while (at < text.Length && text[at] == '|')
        {
            at++;
            alternatives.Add(Sequence(text, ref at, depth));
        }
        return alternatives.Count == 1 ? alternatives[0] : Count(new ChoiceNode(alternatives));
    }

    private PatternNode Sequence(string text, ref int at, int depth)
    {
        var items = new List<PatternNode>();
        while (at < text.Length && text[at] is not ('|' or ')' or ']'))
        {
            if (char.IsWhiteSpace(text[at])) at++;
            else Item(text, ref at, depth, items);
        }
        if (items.Count == 0)
            throw new PatternException("the phrase has an empty part",
                "write words between the marks (hesitations and the French ne do not count), or use [...] for what may be missing");
        if (items.Count == 1) return items[0];
        var sequence = new SequenceNode(items);
        if (sequence.GapsMeet()) throw new PatternException("two '*' meet", "one '*' stands for up to three words; use near for more");
        return Count(sequence);
    }

    private void Item(string text, ref int at, int depth, List<PatternNode> items)
    {
        switch (text[at])
        {
            case '*':
                at++;
                items.Add(Count(new GapNode()));
                break;
            case '(':
                items.Add(Group(text, ref at, ')', depth));
                break;
            case '[':
                items.Add(Count(new ChoiceNode([Group(text, ref at, ']', depth), new SequenceNode([])])));
                break;
            case '<':
                items.Add(Term(text, ref at));
                break;
            case '~' or '>':
                throw new PatternException($"'{text[at]}' at column {at + 1} stands alone",
                    "write word~ for all forms of a word, <name> for a term");
            default:
                Words(text, ref at, items);
                break;
        }
    }

    private PatternNode Group(string text, ref int at, char close, int depth)
    {
        var from = at++;
        var node = Choice(text, ref at, depth + 1);
        if (at >= text.Length || text[at] != close)
            throw new PatternException($"'{text[from]}' at column {from + 1} is not closed", $"add '{close}'");
        at++;
        return node;
    }

    private PatternNode Term(string text, ref int at)
    {
        var close = text.IndexOf('>', at);
        if (close < 0) throw new PatternException($"'<' at column {at + 1} is not closed", "write <name> with a name from terms");
        var name = text[(at + 1)..close].Trim();
        at = close + 1;
        if (_known.TryGetValue(name, out var known)) return Count(known);
        if (!_terms.TryGetValue(name, out var meaning))
            throw new PatternException($"unknown term '{name}'", "define it under terms in the same file, or correct the name");
        if (_open.Contains(name)) throw new PatternException($"term '{name}' contains itself", "remove the circle");
        if (_open.Count >= RuleLimits.Nesting)
            throw new PatternException($"term '{name}' is nested too deeply", $"use at most {RuleLimits.Nesting} levels of terms");
        _open.Add(name);
        try
        {
            return _known[name] = ParseText(meaning);
        }
        catch (PatternException e) when (_open.Count == 1)
        {
            throw new PatternException($"in term '{name}': {e.Message}", e.Remedy);
        }
        finally
        {
            _open.Remove(name);
        }
    }

    private void Words(string text, ref int at, List<PatternNode> items)
    {
        var from = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && !Marks.Contains(text[at])) at++;
        var written = text[from..at];
        var words = WordNormalizer.Words(written, _language);
        if (at < text.Length && text[at] == '~')
        {
            at++;
            // l'avocat~ : the elided article stands before the word that has forms
            var word = written[(written.LastIndexOfAny(['\'', '’', '-']) + 1)..].ToLowerInvariant();
            if (words.Count == 0 || words[^1] != WordNormalizer.FoldWord(word))
                throw new PatternException($"'{written}~' is not one word with forms", "put ~ after a single plain word");
            for (var i = 0; i < words.Count; i++)
                items.Add(Count(new WordNode(words[i], i < words.Count - 1 ? null : _language.FormsOf(word))
                {
                    Written = i == 0 ? written : "",
                }));
            return;
        }
        for (var i = 0; i < words.Count; i++) items.Add(Count(new WordNode(words[i], null) { Written = i == 0 ? written : "" }));
    }

    private T Count<T>(T node) where T : PatternNode
    {
        if (++_nodes > RuleLimits.PhraseNodes)
            throw new PatternException("the phrase with its terms is too large", "split it into several phrases");
        return node;
    }
}
