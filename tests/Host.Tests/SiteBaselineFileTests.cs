using Microsoft.Extensions.Time.Testing;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;
using SpeechQA.Host.Tests.Fakes;

namespace SpeechQA.Host.Tests;

public sealed class SiteBaselineFileTests : IDisposable
{
    private static readonly SiteLine Line = new("support", "PCMU");
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    private string FilePath => Path.Combine(_folder.Path, "site.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_new_is_written_twice_a_minute_and_at_the_end()
    {
        using (var keeper = new SiteBaselineFile(new SiteBaselines(FilePath, "head"), FilePath, _time, new Lines()))
        {
            _time.Advance(TimeSpan.FromMinutes(2));
            Assert.False(File.Exists(FilePath)); // nothing was learnt
            Learn(keeper, "a");
            _time.Advance(TimeSpan.FromSeconds(31));
            Assert.Equal(1, new SiteBaselines(FilePath, "head").CallersOf(Line));
            Learn(keeper, "b");
        }
        Assert.Equal(2, new SiteBaselines(FilePath, "head").CallersOf(Line));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_said_once_and_tried_again()
    {
        var log = new Lines();
        var blocked = Path.Combine(_folder.Write("blocked", ""), "site.json"); // its folder is a file
        using var keeper = new SiteBaselineFile(new SiteBaselines(blocked, "head"), blocked, _time, log);
        Learn(keeper, "a");
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Contains("cannot be written", Assert.Single(log.Said));
        Assert.True(keeper.Baselines.HasChanged);
        File.Delete(Path.Combine(_folder.Path, "blocked"));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, new SiteBaselines(blocked, "head").CallersOf(Line));
        Assert.Single(log.Said);
    }

    [Fact]
    public void An_unforeseen_error_is_told_and_counted_and_the_program_goes_on()
    {
        using var failures = new Failures("site");
        var log = new Lines();
        const string path = "site\0.json"; // no file system takes it
        using var broken = new SiteBaselineFile(new SiteBaselines(path, "head"), path, _time, log);
        Learn(broken, "a");
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Contains(log.Said, line => line.StartsWith("Work in the background failed (site)", StringComparison.Ordinal));
        Assert.NotEqual(0, failures.Count);
    }

    [Fact]
    public void Without_a_model_there_is_nothing_to_keep() =>
        Assert.Contains("--site", Assert.Throws<BadInputException>(() =>
            SiteBaselineFile.Open(FilePath, new InflectionHead(null, null), _time, null)).Message);

    private static void Learn(SiteBaselineFile keeper, string caller) =>
        keeper.Baselines.Add(Line, new CalmCaller(caller, InflectionScores.All(-2), 20));
}
