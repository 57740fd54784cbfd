using SpeechQA.Architecture.Reading;

namespace SpeechQA.Architecture;

/// <summary>A file holds one thought: most are short, none is long.</summary>
public sealed class FileSizesTests
{
    private const int MostMedian = 70, MostNinetieth = 170, Longest = 350;

    [Fact]
    public void Files_of_the_product_are_short()
    {
        var lengths = SourceFile.Product.Select(f => f.Lines.Count).ToList();
        var (median, ninetieth) = (Quantiles.At(lengths, 0.5), Quantiles.At(lengths, 0.9));
        Assert.True(median <= MostMedian,
            $"half of the files have more than {MostMedian} lines (median {median}); divide what was made longer");
        Assert.True(ninetieth <= MostNinetieth,
            $"a tenth of the files have more than {MostNinetieth} lines (p90 {ninetieth}); divide what was made longer");
    }

    [Fact]
    public void No_file_is_longer_than_350_lines() =>
        Findings.None(Long(SourceFile.Below("src", "bench")), "divide it by concern, not by length");

    [Fact]
    public void A_long_file_is_found() =>
        Assert.Equal(["b.cs: 351 lines"], Long([SourceFile.Of("a.cs", new string('\n', Longest)),
            SourceFile.Of("b.cs", new string('\n', Longest + 1))]));

    private static IEnumerable<string> Long(IEnumerable<SourceFile> files) =>
        files.Where(f => f.Lines.Count > Longest).Select(f => $"{f.Path}: {f.Lines.Count} lines");
}
