using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace SpeechQA.Bench.WordErrors;

/// <summary>
/// Unicode normalisation form KC (UAX #15) for Latin letters, marks, spaces, digits and common symbols; other scripts pass
/// unchanged. The runtime's own <see cref="string.Normalize(NormalizationForm)"/> does nothing here, because the program
/// runs with invariant globalisation (no ICU on the machine).
/// </summary>
internal sealed class UnicodeComposition
{
    private readonly FrozenDictionary<char, string> _decompositions;
    private readonly FrozenDictionary<char, int> _classes;
    private readonly FrozenDictionary<(char, char), char> _pairs;

    private UnicodeComposition(TextReader table)
    {
        var decompositions = new Dictionary<char, string>();
        var classes = new Dictionary<char, int>();
        var pairs = new Dictionary<(char, char), char>();
        while (table.ReadLine() is { } line)
        {
            var f = line.Split(' ');
            switch (f[0])
            {
                case "D":
                    decompositions[Code(f[1])] = string.Concat(f.Skip(2).Select(Code));
                    break;
                case "M":
                    classes[Code(f[1])] = int.Parse(f[2], CultureInfo.InvariantCulture);
                    break;
                case "C":
                    pairs[(Code(f[1]), Code(f[2]))] = Code(f[3]);
                    break;
            }
        }
        (_decompositions, _classes, _pairs) = (decompositions.ToFrozenDictionary(), classes.ToFrozenDictionary(),
            pairs.ToFrozenDictionary());
    }

    public static UnicodeComposition Instance { get; } = Load();

    /// <summary>The text in form KC.</summary>
    public string Compose(string text)
    {
        if (Ascii.IsValid(text)) return text;
        var decomposed = Decompose(text);
        OrderMarks(decomposed);
        return Join(decomposed);
    }

    /// <summary>The text without accents: decomposed, combining marks left out.</summary>
    public string StripMarks(string text) => string.Concat(Decompose(text).Where(c => !_classes.ContainsKey(c)));

    private List<char> Decompose(string text)
    {
        var result = new List<char>(text.Length + 8);
        foreach (var c in text)
        {
            if (_decompositions.TryGetValue(c, out var parts)) result.AddRange(parts);
            else result.Add(c);
        }
        return result;
    }

    private int ClassOf(char c) => _classes.GetValueOrDefault(c);

    // Canonical ordering: a stable sort of each run of marks by combining class.
    private void OrderMarks(List<char> text)
    {
        for (var i = 1; i < text.Count; i++)
        {
            var mark = ClassOf(text[i]);
            for (var j = i; mark != 0 && j > 0 && ClassOf(text[j - 1]) > mark; j--)
                (text[j - 1], text[j]) = (text[j], text[j - 1]);
        }
    }

    private string Join(List<char> text)
    {
        var result = new StringBuilder(text.Count);
        var starter = -1;
        var last = 0;
        foreach (var c in text)
        {
            var mark = ClassOf(c);
            var blocked = starter < result.Length - 1 && last >= mark;
            if (starter >= 0 && !blocked && _pairs.TryGetValue((result[starter], c), out var composed))
            {
                result[starter] = composed;
                continue;
            }
            if (mark == 0) starter = result.Length;
            last = mark;
            result.Append(c);
        }
        return result.ToString();
    }

    private static char Code(string hex) => (char)int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static UnicodeComposition Load()
    {
        using var stream = typeof(UnicodeComposition).Assembly.GetManifestResourceStream("composition.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new UnicodeComposition(reader);
    }
}
