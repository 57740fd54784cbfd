using System.Text.Json;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Inflection.Prosody;
using SpeechQA.Engine.Inflection.Signal;

namespace SpeechQA.Engine.Tests.Inflection;

/// <summary>The customer's leg of two sample calls against the reference, every 0.5 s.</summary>
[Collection(InflectionCollection.Name)]
public class GoldenStreamTests(InflectionFixture fixture)
{
    /// <summary>The marks do not depend on how early a raised voice may be reported: both callers are calm for long.</summary>
    [Theory]
    [InlineData("stream_en-03.json")]
    [InlineData("stream_fr-03.json")]
    public async Task Marks_are_the_same_and_scores_within_005(string file)
    {
        using var golden = GoldenFiles.Json(file);
        var results = await RunAsync(golden.RootElement, RaisedVoiceRule.Default);
        var expected = golden.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(expected.Count, results.Count);

        var scores = new List<double>();
        foreach (var (e, r) in expected.Zip(results))
        {
            Assert.Equal(e.Number("t"), AudioTime.Seconds(r.Position));
            Assert.Equal(e.Flag("usable"), r.Abstention == Abstention.None);
            Assert.Equal(e.Number("snr_db"), r.Activity.SnrDb, 0.05);
            Assert.Equal(e.Number("active_s"), r.Activity.ActiveSeconds, 0.001);
            if (r.Abstention == Abstention.None) scores.Add(Math.Abs(e.Number("score") - r.Score));
            else Assert.True(double.IsNaN(r.Score));
        }
        Assert.InRange(scores.Max(), 0, 0.05);
        AssertMarks(expected, "fired", results, r => r.Alert);
        AssertMarks(expected, "watch", results, r => r.Watch);
    }

    [Theory]
    [InlineData("stream_en-03.json")]
    [InlineData("stream_fr-03.json")]
    public async Task Prosody_is_within_005_in_19_of_20_windows(string file)
    {
        using var golden = GoldenFiles.Json(file);
        var results = await RunAsync(golden.RootElement, RaisedVoiceRule.Late);
        var expected = golden.RootElement.GetProperty("prosody").EnumerateArray().ToList();
        var other = 0;
        foreach (var (e, r) in expected.Zip(results.Select(r => r.Prosody)))
        {
            var same = GoldenWindowTests.IsNear(e, r.Facts) && e.Flag("usable") == r.Usable && e.Flag("baseline_ready") == r.BaselineReady
                && IsNear(e, "d_f0_st", r.Change.Pitch) && IsNear(e, "d_f0_range_st", r.Change.PitchRange)
                && IsNear(e, "d_level_dbov", r.Change.LevelDb) && IsNear(e, "d_tilt_db", r.Change.TiltDb)
                && IsNear(e, "d_rate_syl_s", r.Change.SyllableRate)
                && e.Flag("raised_window") == r.RaisedWindow && e.Flag("raised_voice") == r.RaisedVoice;
            if (!same) other++;
        }
        Assert.InRange(other, 0, expected.Count / 20);
    }

    private async Task<List<InflectionResult>> RunAsync(JsonElement golden, RaisedVoiceRule raised)
    {
        var part = golden.GetProperty("parts")[0];
        var call = await GoldenFiles.CallAsync(part.GetProperty("file").GetString()!, part.GetProperty("channel").GetInt32());
        var tracker = new InflectionTracker(fixture.Model, InflectionAudio.Rate, raised: raised);
        return tracker.Run(GoldenFiles.Wideband(call[..part.GetProperty("count").GetInt32()]));
    }

    private static bool IsNear(JsonElement e, string name, double value) =>
        e.Number(name) is var x && (double.IsNaN(x) ? double.IsNaN(value) : Math.Abs(x - value) <= 0.05);

    /// <summary>The same marks; one result earlier or later is fine.</summary>
    private static void AssertMarks(List<JsonElement> expected, string name, List<InflectionResult> results,
        Func<InflectionResult, bool> mark)
    {
        var wanted = expected.Where(e => e.Flag(name)).Select(e => e.Number("t")).ToList();
        var found = results.Where(mark).Select(r => AudioTime.Seconds(r.Position)).ToList();
        Assert.Equal(wanted.Count, found.Count);
        Assert.All(wanted.Zip(found), pair => Assert.InRange(pair.Second, pair.First - 0.5, pair.First + 0.5));
    }
}
