using SpeechQA.Architecture.Reading;

namespace SpeechQA.Architecture;

/// <summary>
/// The engine's folders stand on one another like floors: each knows only those below it, so that there is no circle. The table is
/// here and, the same, in docs/architecture.md.
/// </summary>
public sealed class EngineFloorsTests
{
    private const string Document = "docs/architecture.md", Heading = "## Dependencies inside the engine";

    /// <summary>The ground floor first: a folder, and all it knows.</summary>
    private static readonly Floor[] Floors =
    [
        new("Core"),
        new("Audio", "Core"),
        new("Inference", "Core"),
        new("Language"),
        new("Pipes", "Core"),
        new("Speech", "Core", "Audio", "Inference", "Language"),
        new("Inflection", "Core", "Audio", "Inference", "Speech"),
        new("TextModels", "Core", "Inference"),
        new("Conversation", "Core", "Language", "Speech", "Inflection", "TextModels"),
        new("Secrets", "Core", "Language", "Conversation"),
        new("Rules", "Core", "Language", "Speech", "Inflection", "TextModels", "Conversation", "Secrets"),
        new("Biasing", "Core", "Language", "Speech", "Rules"),
        new("Facts", "Core", "Language", "Speech", "TextModels", "Conversation", "Secrets", "Rules"),
        new("Ingest", "Core", "Audio", "Pipes"),
        new("Calls", "Core", "Audio", "Pipes", "Speech", "Inflection", "TextModels", "Conversation", "Secrets", "Rules", "Biasing",
            "Facts"),
        new(FolderArrows.Entrance, "Core", "Inference", "Speech", "Inflection", "TextModels", "Conversation", "Rules", "Biasing", "Facts",
            "Ingest", "Calls"),
    ];

    [Fact]
    public void Folders_know_what_the_table_says() => Findings.None(Faults(FolderArrows.Of(SourceCompilation.Engine), Floors),
        $"move what both need to a lower floor; only an arrow downwards may be added, here and in {Document}");

    [Fact]
    public void The_table_has_no_circle() => Findings.None(
        from floor in Floors.Index()
        from known in floor.Item.Knows
        where !Floors.Take(floor.Index).Any(f => f.Folder == known)
        select $"{floor.Item.Folder} knows {known}, which is not above it in the table", "a folder may know only those before it");

    [Fact]
    public void The_document_has_the_same_table()
    {
        var told = Table(File.ReadAllLines(Path.Combine(SourceFile.Root, Document)));
        Findings.None(Floors.Select(Row).Except(told).Select(row => $"{Document}: missing: {row}")
            .Concat(told.Except(Floors.Select(Row)).Select(row => $"{Document}: not so: {row}")),
                $"write the table under '{Heading}' as the one of this test");
    }

    [Fact]
    public void Rows_are_read_from_below_the_heading() => Assert.Equal(["| Core | - |", "| Audio | Core |"],
        Table(["| a | b |", Heading, "", "Text.", "", "| folder | knows |", "|---|---|", "| `Core` | - |", "|Audio|`Core`|", "", "## Next",
            "| c | d |"]));

    [Fact]
    public void Arrows_up_unknown_folders_and_rows_without_an_arrow_are_found()
    {
        string[] sources =
        [
            "namespace SpeechQA.Engine.Low { class A { public B Up; public int N; } class B { public int M; } }",
            "namespace SpeechQA.Engine.High { class C { int F(Low.A a) => a.Up.M; } }",
            "namespace SpeechQA.Engine.Low { class D { void G(High.C c) { } } }",
            "namespace SpeechQA.Engine.Loft { class E { /* Low.A */ } }",
        ];
        var arrows = FolderArrows.Of(SourceCompilation.Of(sources.Select((text, i) => SourceFile.Of($"{i}.cs", text))));
        Assert.Equal(["A", "Up", "M", "C"], arrows.Select(a => a.Name));
        Assert.Equal(
            ["1.cs:1: High knows Low (A)", "2.cs:1: Low knows High (C)"],
            Faults(arrows, [new("Low"), new("High")]));
        Assert.Equal(["the table lets High know Mid: nothing there does"], Faults(arrows, [new("Low", "High"), new("High", "Low", "Mid")]));
        Assert.Equal(["High has no row", "Low has no row"], Faults(arrows, []).Order());
    }

    /// <summary>The first name of each arrow that the table does not have, and each of the table's that nothing makes.</summary>
    private static IEnumerable<string> Faults(IReadOnlyList<FolderArrow> arrows, IReadOnlyList<Floor> floors)
    {
        foreach (var folder in arrows.SelectMany(a => (string[])[a.From, a.To]).Distinct().Where(f => !floors.Any(r => r.Folder == f)))
            yield return $"{folder} has no row";
        foreach (var found in arrows.DistinctBy(a => (a.From, a.To)))
            if (floors.FirstOrDefault(f => f.Folder == found.From) is { } row && !row.Knows.Contains(found.To))
                yield return $"{found.At}: {found.From} knows {found.To} ({found.Name})";
        foreach (var floor in floors)
            foreach (var known in floor.Knows.Where(k => !arrows.Any(a => a.From == floor.Folder && a.To == k)))
                yield return $"the table lets {floor.Folder} know {known}: nothing there does";
    }

    private static List<string> Table(IReadOnlyList<string> lines) =>
    [
        .. from line in lines.SkipWhile(l => l.Trim() != Heading).Skip(1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal))
           where line.StartsWith('|')
           let cells = line.Replace("`", "").Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries)
           where cells[0] != "folder" && !cells[0].StartsWith("---", StringComparison.Ordinal)
           select $"| {cells[0]} | {cells[1]} |",
    ];

    private static string Row(Floor floor) => $"| {floor.Folder} | {(floor.Knows.Length == 0 ? "-" : string.Join(", ", floor.Knows))} |";

    private sealed record Floor(string Folder, params string[] Knows);
}
