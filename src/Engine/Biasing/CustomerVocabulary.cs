using System.Globalization;
using System.Text;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Language;

namespace SpeechQA.Engine.Biasing;

/// <summary>
/// Names that the recogniser should know: products, companies, places. A text file with one name a line, <c>#</c> before a
/// comment, and <c>fr:</c> or another code before a name that only one language uses.
/// </summary>
public sealed class CustomerVocabulary
{
    /// <summary>Size of the file, bytes.</summary>
    public const int FileBytes = 256 << 10;

    /// <summary>Names in all.</summary>
    public const int MostNames = 2000;

    /// <summary>Characters of a name.</summary>
    public const int LongestName = 60;

    /// <summary>Letters of a name: shorter ones are in too many other words.</summary>
    public const int FewestLetters = 3;

    private readonly IReadOnlyList<(string? Language, string Name)> _names;

    private CustomerVocabulary(IReadOnlyList<(string? Language, string Name)> names) => _names = names;

    /// <summary>No name.</summary>
    public static CustomerVocabulary Empty { get; } = new([]);

    /// <summary>Names in all languages.</summary>
    public int Count => _names.Count;

    /// <summary>The names of a language, those of all languages included, in the order of the file.</summary>
    public IReadOnlyList<string> Of(string language) =>
        [.. _names.Where(n => n.Language is null || n.Language == language).Select(n => n.Name).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Reads a file.</summary>
    /// <param name="languages">Codes that may stand before a name.</param>
    /// <exception cref="BadInputException">It is missing, empty, too large, or a line is not a name; the first such line is
    /// told.</exception>
    public static CustomerVocabulary Read(string path, IReadOnlyList<string> languages)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[FileBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > FileBytes)
                throw new BadInputException($"{path}: larger than {FileBytes >> 10} KB",
                    $"keep the vocabulary to {MostNames} names, one a line");
            return Parse(path, Decode(path, bytes.AsSpan(0, length)), languages);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read: {e.Message}", "check the path and its permissions", e);
        }
    }

    internal static CustomerVocabulary Parse(string path, string text, IReadOnlyList<string> languages)
    {
        var names = new List<(string?, string)>();
        var number = 0;
        foreach (var line in text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            var written = (line.IndexOf('#') is >= 0 and var comment ? line[..comment] : line).Trim();
            if (written.Length == 0) continue;
            if (names.Count == MostNames) throw Wrong(path, number, $"more than {MostNames} names", "keep those that callers say most");
            names.Add(NameOf(path, number, written, languages));
        }
        return names.Count > 0
            ? new CustomerVocabulary(names)
            : throw new BadInputException($"{path}: holds no name", "write one name a line, or leave --vocabulary out");
    }

    private static (string?, string) NameOf(string path, int number, string written, IReadOnlyList<string> languages)
    {
        string? language = null;
        if (written.IndexOf(':') is > 0 and var colon)
        {
            language = written[..colon].Trim().ToLowerInvariant();
            if (!languages.Contains(language))
                throw Wrong(path, number, $"'{Short(language)}:' is not a language in use",
                    $"write one of {string.Join(", ", languages)} before the name, or the name alone");
            written = written[(colon + 1)..];
        }
        var name = string.Join(' ', PlainLetters.Compose(written).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (name.Length > LongestName)
            throw Wrong(path, number, $"a name of {name.Length} characters", $"keep names to {LongestName}, one a line");
        if (name.Where(c => !IsAllowed(c)).Take(1).ToArray() is [var strange])
            throw Wrong(path, number, $"{Describe(strange)} in a name",
                "write the name as it is spoken: Latin letters, digits, blanks and . , ' & + - /");
        if (name.Count(char.IsLetter) < FewestLetters)
            throw Wrong(path, number, $"'{name}' has fewer than {FewestLetters} letters", "leave it out: it would be heard everywhere");
        return (language, name);
    }

    // The recogniser writes Latin script only; everything else is markup, control characters or an accident.
    private static bool IsAllowed(char c) =>
        c is ' ' or '.' or ',' or '\'' or '’' or '&' or '+' or '-' or '/' || char.IsAsciiDigit(c) || (c < 0x250 && char.IsLetter(c));

    private static string Describe(char c) => char.IsControl(c) || char.IsSurrogate(c)
        || char.GetUnicodeCategory(c) == UnicodeCategory.Format
        ? string.Create(CultureInfo.InvariantCulture, $"the character U+{(int)c:X4}")
        : $"'{c}'";

    private static string Short(string text) => string.Concat(text.Where(c => !char.IsControl(c)).Take(20));

    private static string Decode(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (ArgumentException e)
        {
            throw new BadInputException($"{path}: not UTF-8 text", "save it as UTF-8", e);
        }
    }

    private static BadInputException Wrong(string path, int line, string reason, string remedy) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{path}:{line}: {reason}"), remedy);
}
