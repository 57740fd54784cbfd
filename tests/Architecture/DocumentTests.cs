using System.Text.RegularExpressions;

namespace SpeechQA.Architecture.Tests;

/// <summary>What a reader of the documents relies on: links lead somewhere, commands exist, files that are named are there.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Every_relative_link_and_anchor_leads_somewhere() =>
        None(from document in Markdown.All from link in document.Links where !Resolves(document, link) select $"{document.Path}: {link}");

    [Fact]
    public void The_readme_is_short() => Assert.InRange(File.ReadLines(Path.Combine(Checkout.Root, "README.md")).Count(), 1, 80);

    [Fact]
    public void Every_command_in_a_document_exists()
    {
        var commands = new[] { "src/Host", "bench" }.ToDictionary(project => project, CommandsBelow);
        Assert.Contains("serve", commands["src/Host"]);
        Assert.Contains("load", commands["bench"]);
        var calls = from document in Markdown.All
                    where !document.IsHistory
                    from Match call in ProgramCall().Matches(document.Text)
                    select (document.Path, Project: call.Groups[1].Value, Command: call.Groups[2].Value);
        None(from call in calls
             where !commands.TryGetValue(call.Project, out var known) || !known.Contains(call.Command)
             select $"{call.Path}: {call.Project} -- {call.Command}");
    }

    [Theory]
    [InlineData("../shared")]
    [InlineData("design.md §")]
    public void No_document_rests_on_what_its_reader_does_not_have(string text) =>
        None(Markdown.All.Where(document => document.Text.Contains(text, StringComparison.Ordinal)).Select(document => document.Path));

    [Fact]
    public void Every_file_and_folder_that_a_document_names_exists() =>
        None(from document in Markdown.All
             where !document.IsHistory && !document.Path.StartsWith("tests/", StringComparison.Ordinal)
             from Match name in RepositoryPath().Matches(document.Text)
             let path = name.Groups[1].Value.TrimEnd('/', '.')
             where !Checkout.Has(path)
             select $"{document.Path}: {path}");

    [Fact]
    public void Every_document_that_a_source_file_names_exists() =>
        None(from path in Checkout.Files(".cs", ".csproj", ".props", ".yaml", ".js", ".service", ".conf", ".yml")
             from Match name in DocumentName().Matches(File.ReadAllText(Path.Combine(Checkout.Root, path)))
             where !Checkout.Has(name.Value)
             select $"{path}: {name.Value}");

    [Fact]
    public void Every_word_of_the_glossary_is_used()
    {
        var architecture = Markdown.All.Single(document => document.Path == "docs/architecture.md").Text;
        var begin = architecture.IndexOf("## Glossary", StringComparison.Ordinal);
        Assert.True(begin > 0, "docs/architecture.md has no heading 'Glossary'");
        var words = GlossaryRow().Matches(architecture[begin..]).Select(m => m.Groups[1].Value).Where(word => word != "word").ToList();
        Assert.InRange(words.Count, 20, 35);
        var others = Markdown.All.Where(d => !d.IsHistory && d.Path != "docs/architecture.md").Select(d => d.Text);
        var prose = architecture[..begin] + string.Concat(others);
        None(from word in words where !prose.Contains(word, StringComparison.OrdinalIgnoreCase) select word);
    }

    /// <summary>All faults at once, one a line: a list that xUnit prints ends after five.</summary>
    private static void None(IEnumerable<string> faults)
    {
        var all = faults.Distinct().ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    private static bool Resolves(Markdown document, string link)
    {
        if (link.Contains("://", StringComparison.Ordinal) || link.StartsWith("mailto:", StringComparison.Ordinal)) return true;
        var parts = link.Split('#', 2);
        var folder = Path.GetDirectoryName(document.Path) ?? "";
        var target = parts[0].Length == 0
            ? document.Path
            : Path.GetRelativePath(Checkout.Root, Path.Combine(Checkout.Root, folder, parts[0])).Replace('\\', '/');
        if (!Checkout.Has(target)) return false;
        return parts.Length == 1 || Markdown.All.SingleOrDefault(d => d.Path == target)?.Anchors().Contains(parts[1]) == true;
    }

    // Commands are made by System.CommandLine; the bench program also looks at its first argument.
    private static HashSet<string> CommandsBelow(string folder) =>
        [.. from path in Checkout.Files(".cs")
            where path.StartsWith(folder + '/', StringComparison.Ordinal)
            from Match command in CommandName().Matches(File.ReadAllText(Path.Combine(Checkout.Root, path)))
            select command.Groups[1].Value];

    [GeneratedRegex(@"dotnet run (?:(?!--project)(?!-- )[^\s`]+ )*--project (\S+) -- ([a-z][a-z-]*)")]
    private static partial Regex ProgramCall();

    [GeneratedRegex("""(?:new(?: Command)?\(|args is \[|case )\s*"([a-z][a-z-]*)["]""")]
    private static partial Regex CommandName();

    [GeneratedRegex(@"`((?:src|tests|bench|docs|deploy|samples|models)/[\w.@/-]+)`")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"\bdocs/[\w/-]+\.md\b")]
    private static partial Regex DocumentName();

    [GeneratedRegex(@"^\| ([\w -]+) \|", RegexOptions.Multiline)]
    private static partial Regex GlossaryRow();
}
