using System.Buffers;

namespace SpeechQA.Engine.Language;

/// <summary>
/// Brings text to normalised words: lower case, accents folded (<c>résilié</c> = <c>resilie</c>, <c>œ</c> = <c>oe</c>),
/// hyphens and other marks separate words, contractions and elisions are taken apart (<c>don't</c> = <c>do not</c>,
/// <c>l'offre</c> = <c>l offre</c>), small numbers are words (<c>3rd</c> = <c>third</c>), hesitations are left out.
/// </summary>
internal static class WordNormalizer
{
    /// <summary>Longest text taken in one piece; a recogniser's word is far shorter, a phrase is capped by its reader.</summary>
    public const int LongestText = 2048;

    /// <summary>Gives the normalised words of <paramref name="text"/> to the sink. Does not allocate for short texts.</summary>
    public static void Normalize<TSink>(ReadOnlySpan<char> text, SpokenLanguage language, ref TSink sink)
        where TSink : struct, ITokenSink
    {
        if (text.Length > LongestText) text = text[..LongestText];
        var size = text.Length * 2; // œ becomes two letters
        char[]? rented = null;
        var buffer = size <= 256 ? stackalloc char[256] : rented = ArrayPool<char>.Shared.Rent(size);
        var folded = buffer[..Fold(text, buffer)];
        var from = -1;
        for (var i = 0; i <= folded.Length; i++)
        {
            var inside = i < folded.Length && folded[i] != ' ';
            if (inside && from < 0) from = i;
            if (inside || from < 0) continue;
            var run = folded[from..i].Trim('\'');
            if (run.Length > 0) language.Split(run, ref sink);
            from = -1;
        }
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
    }

    /// <summary>The normalised words as strings, for phrases and tests.</summary>
    public static List<string> Words(ReadOnlySpan<char> text, SpokenLanguage language)
    {
        var sink = new ListSink([]);
        Normalize(text, language, ref sink);
        return sink.Words;
    }

    /// <summary>Folds a word's letters without taking it apart.</summary>
    public static string FoldWord(ReadOnlySpan<char> word)
    {
        Span<char> buffer = stackalloc char[Math.Min(word.Length, 128) * 2];
        return new string(buffer[..Fold(word[..Math.Min(word.Length, 128)], buffer)]).Trim();
    }

    /// <summary>True when a clause ends with the word: a comma ends one, a hyphen does not.</summary>
    public static bool EndsClause(ReadOnlySpan<char> word) => LastMark(word) is '.' or ',' or ';' or ':' or '!' or '?' or '…';

    /// <summary>True when a sentence ends with the word.</summary>
    public static bool EndsSentence(ReadOnlySpan<char> word) => LastMark(word) is '.' or '!' or '?' or '…';

    private static char LastMark(ReadOnlySpan<char> word) => word.TrimEnd(" \"»”)") is [.., var last] ? last : ' ';

    private static int Fold(ReadOnlySpan<char> text, Span<char> folded)
    {
        var n = 0;
        foreach (var c in text)
        {
            var lower = char.ToLowerInvariant(c);
            if (lower is >= 'a' and <= 'z' or >= '0' and <= '9') folded[n++] = lower;
            else if (lower is '\'' or '’' or 'ʼ' or '`') folded[n++] = '\'';
            else if (lower is >= '\u0300' and <= '\u036f') continue; // combining accents of decomposed text
            else if (lower is 'œ' or 'æ')
            {
                folded[n++] = lower == 'œ' ? 'o' : 'a';
                folded[n++] = 'e';
            }
            else folded[n++] = PlainLetters.WithoutAccent(lower) is var plain && char.IsLetterOrDigit(plain) ? plain : ' ';
        }
        return n;
    }

    private readonly struct ListSink(List<string> words) : ITokenSink
    {
        public List<string> Words { get; } = words;

        public void Add(ReadOnlySpan<char> token) => Words.Add(new string(token));
    }
}
