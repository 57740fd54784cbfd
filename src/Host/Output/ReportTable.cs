using Spectre.Console;

namespace SpeechQA.Host.Output;

/// <summary>A column of a table.</summary>
/// <param name="IsNumber">Set flush right.</param>
internal sealed record ReportColumn(string Title, bool IsNumber = true);

/// <summary>Rows under headings: drawn with lines on a terminal, aligned plain text when piped.</summary>
internal sealed class ReportTable(params ReportColumn[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells)
    {
        if (cells.Length != columns.Length)
            throw new ArgumentException($"{columns.Length} cells are due, not {cells.Length}.", nameof(cells));
        _rows.Add(cells);
    }

    public void Write(ConsoleOutput console)
    {
        if (console.IsTerminal) console.Console.Write(Drawn());
        else WritePlain(console.Out);
    }

    private Table Drawn()
    {
        var table = new Table().RoundedBorder();
        foreach (var c in columns)
            table.AddColumn(new TableColumn($"[bold]{Markup.Escape(c.Title)}[/]")
            {
                Alignment = c.IsNumber
                ? Justify.Right
                : Justify.Left
            });
        foreach (var row in _rows) table.AddRow([.. row.Select(cell => new Text(cell))]);
        return table;
    }

    private void WritePlain(TextWriter output)
    {
        var widths = columns.Select((c, i) => _rows.Select(r => r[i].Length).Append(c.Title.Length).Max()).ToArray();
        foreach (var row in _rows.Prepend([.. columns.Select(c => c.Title)]))
            output.WriteLine(string.Join("  ", row.Select((cell, i) => columns[i].IsNumber
                ? cell.PadLeft(widths[i])
                : cell.PadRight(widths[i]))).TrimEnd());
    }
}
