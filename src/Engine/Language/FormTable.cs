using System.Collections.Frozen;

namespace SpeechQA.Engine.Language;

/// <summary>Irregular words: each line holds all forms of one word, its base form first.</summary>
internal static class FormTable
{
    /// <summary>The group of each base form. Only the base form leads to the group: <c>saw~</c> is no form of "see".</summary>
    public static FrozenDictionary<string, string[]> Of(params string[] lines) =>
        lines.Select(line => line.Split(' ')).ToFrozenDictionary(group => group[0], StringComparer.Ordinal);
}
