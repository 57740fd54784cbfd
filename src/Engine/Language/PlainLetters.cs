namespace SpeechQA.Engine.Language;

/// <summary>
/// Letters with and without their accents. The runtime's own normalisation is not used: it needs ICU, which the program does
/// without (InvariantGlobalization).
/// </summary>
internal static class PlainLetters
{
    private const string Graves = "àèìòù", Acutes = "áéíóúý", Circumflexes = "âêîôû", Tildes = "ãñõ", Diaereses = "äëïöüÿ";

    /// <summary>A lower-case letter without its accent; other characters as they are.</summary>
    public static char WithoutAccent(char c) => c switch
    {
        'à' or 'á' or 'â' or 'ã' or 'ä' or 'å' => 'a',
        'ç' => 'c',
        'è' or 'é' or 'ê' or 'ë' => 'e',
        'ì' or 'í' or 'î' or 'ï' => 'i',
        'ñ' => 'n',
        'ò' or 'ó' or 'ô' or 'õ' or 'ö' => 'o',
        'ù' or 'ú' or 'û' or 'ü' => 'u',
        'ý' or 'ÿ' => 'y',
        _ => c,
    };

    /// <summary>Joins letters with the combining accents after them, as far as French and English names use them.</summary>
    public static string Compose(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\u0300', '\u036f') < 0) return text;
        var composed = new List<char>(text.Length);
        foreach (var c in text)
        {
            if (composed.Count > 0 && Compose(composed[^1], c) is { } one) composed[^1] = one;
            else composed.Add(c);
        }
        return new string([.. composed]);
    }

    private static char? Compose(char letter, char mark)
    {
        var lower = char.ToLowerInvariant(letter);
        if (mark == '\u0327' && lower == 'c') return lower == letter ? 'ç' : 'Ç';
        var accented = mark switch
        {
            '\u0300' => Graves,
            '\u0301' => Acutes,
            '\u0302' => Circumflexes,
            '\u0303' => Tildes,
            '\u0308' => Diaereses,
            _ => ""
        };
        foreach (var c in accented)
            if (WithoutAccent(c) == lower) return lower == letter ? c : char.ToUpperInvariant(c);
        return null;
    }
}
