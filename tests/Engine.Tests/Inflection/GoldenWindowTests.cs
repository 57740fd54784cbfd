using System.Runtime.InteropServices;
using System.Text.Json;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Inflection.Prosody;
using SpeechQA.Engine.Tests.Ingest;

namespace SpeechQA.Engine.Tests.Inflection;

/// <summary>Twenty windows of the sample calls against the reference, within the tolerances it states.</summary>
[Collection(InflectionCollection.Name)]
public class GoldenWindowTests(InflectionFixture fixture)
{
    [Fact]
    public async Task Log_mel_of_the_first_window_is_within_1e4()
    {
        using var golden = GoldenFiles.Json("windows.json");
        var expected = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(RepositoryFiles.Asset("inflection/mel_window0.f32"))).ToArray();
        using var run = fixture.Model.NewRun();
        run.Prepare(await GoldenFiles.WindowAsync(golden.RootElement[0]), new WindowMel());
        Assert.Equal(expected.Length, run.Mel.Length);
        var worst = 0f;
        for (var i = 0; i < expected.Length; i++) worst = Math.Max(worst, Math.Abs(expected[i] - run.Mel[i]));
        Assert.InRange(worst, 0, 1e-4f);
    }

    [Fact]
    public async Task Logits_are_within_015_and_005_on_average()
    {
        using var golden = GoldenFiles.Json("windows.json");
        var differences = new List<double>();
        foreach (var row in golden.RootElement.EnumerateArray())
        {
            var difference = fixture.Model.Listen(await GoldenFiles.WindowAsync(row)) - row.Scores("logits");
            foreach (var target in Enum.GetValues<InflectionTarget>()) differences.Add(Math.Abs(difference[target]));
        }
        Assert.Equal(60, differences.Count);
        Assert.InRange(differences.Max(), 0, 0.15);
        Assert.InRange(differences.Average(), 0, 0.05);
    }

    [Fact]
    public async Task Activity_is_within_005()
    {
        using var golden = GoldenFiles.Json("windows.json");
        foreach (var row in golden.RootElement.EnumerateArray())
        {
            var activity = new SpeechActivityGate().Next(await GoldenFiles.WindowAsync(row));
            var expected = row.GetProperty("activity");
            Assert.Equal(expected.Number("active_s"), activity.ActiveSeconds, 0.001);
            Assert.Equal(expected.Number("new_active_s"), activity.NewActiveSeconds, 0.001);
            Assert.Equal(expected.Number("level_dbov"), activity.LevelDbov, 0.05);
            Assert.Equal(expected.Number("noise_dbov"), activity.NoiseDbov, 0.05);
        }
    }

    [Fact]
    public async Task Prosody_is_within_005_on_19_of_20_windows()
    {
        using var golden = GoldenFiles.Json("windows.json");
        var other = 0;
        foreach (var row in golden.RootElement.EnumerateArray())
        {
            var facts = new ProsodyMeter().Next(await GoldenFiles.WindowAsync(row));
            if (!IsNear(row.GetProperty("prosody"), facts)) other++;
        }
        Assert.InRange(other, 0, 1);
    }

    internal static bool IsNear(JsonElement expected, in ProsodyFacts facts)
    {
        (string Name, double Value)[] values =
        [
            ("active_s", facts.ActiveSeconds), ("voiced_s", facts.VoicedSeconds), ("noise_dbov", facts.NoiseDbov),
            ("level_dbov", facts.LevelDbov), ("snr_db", facts.SnrDb), ("f0_st", facts.Pitch), ("f0_range_st", facts.PitchRange),
            ("f0_p80_st", facts.HighPitch), ("tilt_db", facts.TiltDb), ("rate_syl_s", facts.SyllableRate),
        ];
        return values.All(v => expected.Number(v.Name) is var e
            && (double.IsNaN(e) ? double.IsNaN(v.Value) : Math.Abs(e - v.Value) <= 0.05));
    }
}
