using SpeechQA.Engine.Inflection;

namespace SpeechQA.Engine.Tests.Inflection;

public sealed class SiteBaselinesTests : IDisposable
{
    private static readonly SiteLine Line = new("support", "PCMU");
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string File => Path.Combine(_folder, "baselines", "inflection.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_mean_is_given_from_twenty_callers_on()
    {
        var site = new SiteBaselines(null, "head");
        for (var i = 0; i < 19; i++) site.Add(Line, Caller($"caller {i}", -2));
        Assert.Null(site.MeanOf(Line));
        site.Add(Line, Caller("caller 19", -2));
        Assert.Equal(-2, site.MeanOf(Line)!.Value.Anger, 1e-9);
        Assert.Null(site.MeanOf(Line with { Codec = "PCMA" }));
    }

    [Fact]
    public void One_caller_counts_once_however_often_he_calls()
    {
        var site = new SiteBaselines(null, "head");
        for (var i = 0; i < 100; i++) site.Add(Line, Caller("the same", -2));
        Assert.Equal(1, site.CallersOf(Line));
        Assert.Null(site.MeanOf(Line));
    }

    [Fact]
    public void Outliers_do_not_move_the_mean()
    {
        var site = new SiteBaselines(null, "head");
        for (var i = 0; i < 20; i++) site.Add(Line, Caller($"caller {i}", -3));
        for (var i = 0; i < 4; i++) site.Add(Line, Caller($"shouting {i}", 8));
        Assert.Equal(-3, site.MeanOf(Line)!.Value.Anger, 1e-9);
    }

    [Fact]
    public void Old_callers_make_room_for_new_ones()
    {
        var site = new SiteBaselines(null, "head");
        for (var i = 0; i < 500; i++) site.Add(Line, Caller(null, i < 250 ? -5 : -2));
        Assert.Equal(SiteBaselines.MostCallers, site.CallersOf(Line));
        Assert.Equal(-2, site.MeanOf(Line)!.Value.Anger, 1e-9);
    }

    [Theory]
    [InlineData(9.9, -2)]
    [InlineData(double.NaN, -2)]
    [InlineData(30, double.NaN)]
    [InlineData(30, double.PositiveInfinity)]
    public void Too_little_speech_or_no_number_does_not_count(double seconds, double logit) =>
        Assert.False(new SiteBaselines(null, "head").Add(Line, new CalmCaller("a", InflectionScores.All(logit), seconds)));

    [Fact]
    public void Is_kept_across_restarts_for_the_same_head_only()
    {
        var site = new SiteBaselines(File, "head");
        for (var i = 0; i < 20; i++) site.Add(Line, Caller($"caller {i}", -2.5));
        site.Save();
        site.Save();
        Assert.Equal(site.MeanOf(Line), new SiteBaselines(File, "head").MeanOf(Line));
        Assert.Null(new SiteBaselines(File, "other head").MeanOf(Line));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(File)!));
        Assert.DoesNotContain("caller 1", System.IO.File.ReadAllText(File));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("{\"head\":\"head\",\"lines\":7}")]
    public void A_broken_file_is_named_with_its_remedy(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, text);
        var e = Assert.Throws<BadInputException>(() => new SiteBaselines(File, "head"));
        Assert.Contains(File, e.Message);
    }

    [Fact]
    public void Holes_in_the_file_are_passed_over()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, """{"head":"head","lines":[null,{"line":"support","codec":"PCMU","callers":[null,{"caller":null,"negative":-1,"anger":-2,"arousal":-3}]}]}""");
        Assert.Equal(1, new SiteBaselines(File, "head").CallersOf(Line));
    }

    private static CalmCaller Caller(string? who, double logit) => new(who, InflectionScores.All(logit), 20);
}
