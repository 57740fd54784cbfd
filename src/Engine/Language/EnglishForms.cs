using System.Collections.Frozen;

namespace SpeechQA.Engine.Language;

/// <summary>
/// English inflection by generation: from the base form the regular plural, third person, past and -ing form, both
/// spellings where usage differs (cancelled/canceled, -ise/-ize), and irregular verbs from a table. Generating the
/// forms of the rule's word, instead of stemming the caller's, means that an unforeseen word never matches by accident.
/// </summary>
internal static class EnglishForms
{
    private static readonly FrozenDictionary<string, string[]> Irregular = FormTable.Of(
        "be am is are was were been being",
        "have has had having",
        "do does did done doing",
        "go goes went gone going",
        "say says said saying",
        "get gets got gotten getting",
        "make makes made making",
        "take takes took taken taking",
        "come comes came coming",
        "see sees saw seen seeing",
        "know knows knew known knowing",
        "think thinks thought thinking",
        "give gives gave given giving",
        "tell tells told telling",
        "speak speaks spoke spoken speaking",
        "leave leaves left leaving",
        "buy buys bought buying",
        "pay pays paid paying",
        "ring rings rang rung ringing",
        "send sends sent sending",
        "sell sells sold selling",
        "lose loses lost losing",
        "find finds found finding",
        "bring brings brought bringing",
        "hear hears heard hearing",
        "hold holds held holding",
        "write writes wrote written writing",
        "keep keeps kept keeping",
        "let lets letting",
        "put puts putting",
        "quit quits quitting",
        "cut cuts cutting",
        "lie lies lied lying",
        "steal steals stole stolen stealing",
        "break breaks broke broken breaking",
        "sue sues sued suing",
        "man men",
        "woman women",
        "person people persons",
        "child children");

    public static IReadOnlySet<string> Of(string word)
    {
        word = WordNormalizer.FoldWord(word);
        var forms = new HashSet<string>(StringComparer.Ordinal) { word };
        if (Irregular.TryGetValue(word, out var group)) forms.UnionWith(group);
        else Regular(word, forms);
        foreach (var form in forms.ToArray())
        {
            if (form.Contains("is") && SwapIse(form) is { } other) forms.Add(other);
        }
        return forms;
    }

    private static void Regular(string word, HashSet<string> forms)
    {
        if (word.Length < 2) return;
        var last = word[^1];
        if (last == 'y' && !IsVowel(word[^2]))
        {
            forms.UnionWith([word[..^1] + "ies", word[..^1] + "ied", word + "ing"]);
            return;
        }
        if (last == 'e')
        {
            forms.UnionWith([word + "s", word + "d", word[..^1] + "ing"]);
            return;
        }
        forms.Add(last is 's' or 'x' or 'z' || word.EndsWith("ch") || word.EndsWith("sh") ? word + "es" : word + "s");
        forms.UnionWith([word + "ed", word + "ing"]);
        var doubles = word.Length > 2 && !IsVowel(last) && last is not ('w' or 'x' or 'y') && IsVowel(word[^2]) && !IsVowel(word[^3]);
        if (doubles) forms.UnionWith([word + last + "ed", word + last + "ing"]);
    }

    /// <summary>
    /// apologise/apologize and their forms; words where "is" is no such ending give nothing harmful, only an unused spelling.
    /// </summary>
    private static string? SwapIse(string form)
    {
        foreach (var ending in (ReadOnlySpan<string>)["ise", "ises", "ised", "ising"])
            if (form.Length > ending.Length + 3 && form.EndsWith(ending, StringComparison.Ordinal))
                return string.Concat(form.AsSpan(0, form.Length - ending.Length), "iz", ending.AsSpan(2));
        return null;
    }

    private static bool IsVowel(char c) => c is 'a' or 'e' or 'i' or 'o' or 'u';
}
