using SpeechQA.Engine.Language;

namespace SpeechQA.Engine.Rules.Phonetic;

/// <summary>
/// How a normalised word sounds: one character for each sound, upper-case letters and digits. Coarse on purpose: what a
/// telephone line and a recogniser mix up should get the same or a near key.
/// </summary>
internal static class PhoneticKey
{
    /// <summary>Longest word that is read; the rest of a longer one does not count.</summary>
    public const int LongestWord = 40;

    /// <param name="token">Lower-case, without accents, as <see cref="WordNormalizer"/> gives it.</param>
    public static string Of(ReadOnlySpan<char> token, SpokenLanguage language)
    {
        if (token.Length > LongestWord) token = token[..LongestWord];
        if (token.IsEmpty || token.ContainsAnyExceptInRange('a', 'z')) return "";
        return language.Code == "fr" ? FrenchPhonetics.Of(token) : EnglishPhonetics.Of(token);
    }
}
