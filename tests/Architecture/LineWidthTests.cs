using SpeechQA.Architecture.Reading;

namespace SpeechQA.Architecture;

/// <summary>Lines fit beside another file on a screen.</summary>
public sealed class LineWidthTests
{
    private const int Widest = 140;

    [Fact]
    public void No_line_is_wider_than_140_characters() =>
        Findings.None(Wide(SourceFile.Below("src", "tests", "bench")), $"break them; {Widest} characters are the most");

    [Fact]
    public void A_wide_line_is_found() =>
        Assert.Equal(["a.cs:2: 141 characters"], Wide([SourceFile.Of("a.cs",
            $"{new string('x', Widest)}\n{new string('y', Widest + 1)}\r\n")]));

    private static IEnumerable<string> Wide(IEnumerable<SourceFile> files) =>
        from file in files
        from line in file.Lines.Select((text, i) => (Width: text.TrimEnd('\r').Length, Number: i + 1))
        where line.Width > Widest
        select $"{file.Path}:{line.Number}: {line.Width} characters";
}
