using SpeechQA.Engine.Core;
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
    [InlineData(30, 1e9)]
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
    [InlineData("{\"version\":1,\"head\":\"head\",\"lines\":7}")]
    [InlineData("{\"version\":1,\"head\":\"head\"}")]
    [InlineData("{\"version\":2,\"head\":\"head\",\"lines\":[]}")]
    public void A_broken_file_is_said_in_one_line_set_aside_and_begun_anew(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, text);
        var site = new SiteBaselines(File, "head");
        Assert.Contains(File, site.Fault);
        Assert.DoesNotContain('\n', site.Fault!);
        Assert.Equal(text, System.IO.File.ReadAllText(File)); // untouched until there is something to write
        site.Add(Line, Caller("a", -2));
        site.Save();
        Assert.Equal(text, System.IO.File.ReadAllText(File + ".unreadable"));
        var again = new SiteBaselines(File, "head");
        Assert.Null(again.Fault);
        Assert.Equal(1, again.CallersOf(Line));
    }

    [Fact]
    public void A_huge_file_is_not_read()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        using (var file = System.IO.File.Create(File)) file.SetLength(SiteBaselines.MostBytes + 1L);
        Assert.Contains("larger than", new SiteBaselines(File, "head").Fault);
    }

    [Fact]
    public void A_folder_is_bad_input() => Assert.Throws<BadInputException>(() => new SiteBaselines(_folder, "head"));

    [Fact]
    public void Only_what_changed_needs_to_be_written()
    {
        var site = new SiteBaselines(File, "head");
        Assert.False(site.HasChanged);
        site.Add(Line, Caller("a", -2));
        Assert.True(site.HasChanged);
        site.Save();
        Assert.False(site.HasChanged);
    }

    [Fact]
    public void Holes_in_the_file_are_passed_over()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, """
            {"version":1,"head":"head","lines":[null,{"codec":"PCMU"},{"line":"support","codec":"PCMU","callers":[
              null,{"caller":null,"negative":-1,"anger":-2,"arousal":-3},{"anger":1e300},{"caller":"far too long"}]}]}
            """);
        Assert.Equal(1, new SiteBaselines(File, "head").CallersOf(Line));
    }

    private static CalmCaller Caller(string? who, double logit) => new(who, InflectionScores.All(logit), 20);
}
