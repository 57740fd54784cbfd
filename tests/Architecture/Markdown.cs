using System.Text.RegularExpressions;

namespace SpeechQA.Architecture.Tests;

/// <summary>One document of the repository: its text, links and anchors.</summary>
internal sealed partial class Markdown
{
    private readonly string _prose;

    private Markdown(string path)
    {
        Path = path;
        Text = File.ReadAllText(System.IO.Path.Combine(Checkout.Root, path));
        // Code is no prose: a '#' in it is no heading and '[a](b)' no link.
        _prose = Code().Replace(Fence().Replace(Text, ""), "");
    }

    /// <summary>Path from the checkout's root, with forward slashes.</summary>
    public string Path { get; }

    /// <summary>The whole document.</summary>
    public string Text { get; }

    /// <summary>Whether it is a note kept as it was written: names and commands in it are those of its day.</summary>
    public bool IsHistory => Path.StartsWith("bench/history/", StringComparison.Ordinal) || Path == "CHANGELOG.md";

    /// <summary>Targets of its links: a path, a path with an anchor, an anchor, or a URL.</summary>
    public IEnumerable<string> Links => Link().Matches(_prose).Select(m => m.Groups[1].Value);

    /// <summary>All documents of the checkout.</summary>
    public static IReadOnlyList<Markdown> All { get; } =
        [.. Checkout.Files(".md").Order(StringComparer.Ordinal).Select(path => new Markdown(path))];

    /// <summary>
    /// Anchors of its headings, as GitHub makes them: lower case, punctuation left out, a hyphen for each blank, a number for each
    /// repetition.
    /// </summary>
    public IReadOnlySet<string> Anchors()
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match heading in Heading().Matches(Fence().Replace(Text, "")))
        {
            var words = LinkText().Replace(heading.Groups[1].Value, "$1").Trim().ToLowerInvariant();
            var anchor = NoAnchor().Replace(words, "").Replace(' ', '-');
            var unique = anchor;
            for (var n = 1; !anchors.Add(unique); n++) unique = $"{anchor}-{n}";
        }
        return anchors;
    }

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"`[^`\n]*`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"^#{1,6}\s+(.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchor();
}
