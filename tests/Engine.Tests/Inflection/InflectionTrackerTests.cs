using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Inflection.Signal;

namespace SpeechQA.Engine.Tests.Inflection;

[Collection(InflectionCollection.Name)]
public class InflectionTrackerTests(InflectionFixture fixture)
{
    private const string Call = "samples/audio/en-01-telecom-cancel.wav";

    [Fact]
    public async Task Results_do_not_depend_on_the_sizes_of_the_blocks()
    {
        var audio = GoldenFiles.Wideband((await GoldenFiles.CallAsync(Call, 1))[..(20 * 8000)]);
        var whole = Tracker().Run(audio, audio.Length);
        Assert.Equal(35, whole.Count);
        Assert.Contains(whole, r => r.Abstention == Abstention.None);
        Assert.Equal(whole, Tracker().Run(audio, 512));
        Assert.Equal(whole, Tracker().Run(audio, 77));
    }

    [Fact]
    public async Task Windows_end_every_half_second_from_three_seconds_on()
    {
        var audio = GoldenFiles.Wideband((await GoldenFiles.CallAsync(Call, 1))[..(5 * 8000)]);
        Assert.Equal([48_000, 56_000, 64_000, 72_000, 80_000], Tracker().Run(audio).Select(r => r.Position));
    }

    [Fact]
    public void A_call_of_one_second_gives_nothing() => Assert.Empty(Tracker().Run(new float[AudioTime.Rate]));

    [Fact]
    public void Silence_abstains()
    {
        var results = Tracker().Run(new float[10 * AudioTime.Rate]);
        Assert.All(results, r => Assert.Equal(Abstention.LittleSpeech, r.Abstention));
        Assert.All(results, r => Assert.False(r.Alert || r.Watch || r.On || r.Prosody.Usable || r.Prosody.RaisedVoice));
    }

    [Fact]
    public void A_steady_tone_abstains()
    {
        var tone = new float[10 * AudioTime.Rate];
        for (var i = 0; i < tone.Length; i++) tone[i] = 0.3f * MathF.Sin(2 * MathF.PI * 440 * i / AudioTime.Rate);
        Assert.All(Tracker().Run(tone), r => Assert.Equal(Abstention.Noisy, r.Abstention));
    }

    [Fact]
    public async Task Clipped_speech_abstains()
    {
        var audio = GoldenFiles.Wideband((await GoldenFiles.CallAsync(Call, 1))[..(30 * 8000)]);
        for (var i = 0; i < audio.Length; i++) audio[i] = Math.Clamp(audio[i] * 40, -1, 1);
        Assert.Contains(Tracker().Run(audio), r => r.Abstention == Abstention.Clipped);
    }

    [Theory]
    [InlineData(true, false, Abstention.None)]
    [InlineData(false, false, Abstention.NoVoice)]
    [InlineData(true, true, Abstention.Lost)]
    public async Task Line_and_voice_detector_have_their_say(bool voiced, bool lost, Abstention expected)
    {
        var audio = GoldenFiles.Wideband((await GoldenFiles.CallAsync(Call, 1))[..(30 * 8000)]);
        var speech = Tracker().Run(audio).Where(r => r.Abstention == Abstention.None).Select(r => r.Position).ToHashSet();
        Assert.NotEmpty(speech);
        var results = Tracker().Run(audio, voiced: voiced, lost: lost).Where(r => speech.Contains(r.Position)).ToList();
        Assert.All(results, r => Assert.Equal(expected, r.Abstention));
        if (expected != Abstention.None) Assert.DoesNotContain(results, r => r.Prosody.Usable);
    }

    [Fact]
    public void Lost_share_counts_the_window()
    {
        var tracker = Tracker();
        tracker.Run(new float[2 * AudioTime.Rate]);
        tracker.Run(new float[AudioTime.Rate / 2], lost: true);
        var results = tracker.Run(new float[4 * AudioTime.Rate]);
        Assert.Equal(0.5 / 3, results[0].LostShare, 1e-4);
        Assert.Equal(0, results[^1].LostShare);
    }

    [Fact]
    public async Task Without_a_model_prosody_is_the_same_and_nothing_else_is_said()
    {
        var audio = GoldenFiles.Wideband((await GoldenFiles.CallAsync(Call, 1))[..(20 * 8000)]);
        var with = Tracker().Run(audio);
        var without = new InflectionTracker(null, 8000).Run(audio);
        Assert.Equal(with.Select(r => r.Prosody), without.Select(r => r.Prosody));
        Assert.Contains(without, r => r.Abstention == Abstention.NoModel);
        Assert.DoesNotContain(without, r => r.Abstention == Abstention.None);
    }

    [Fact]
    public async Task Speech_that_came_with_16_kHz_is_heard_alike()
    {
        var audio = GoldenFiles.Wideband((await GoldenFiles.CallAsync(Call, 1))[..(30 * 8000)]);
        var direct = Tracker().Run(audio);
        var filtered = Tracker(AudioTime.Rate).Run(audio);
        foreach (var (a, b) in direct.Zip(filtered).Where(p => p.First.Abstention == Abstention.None
            && p.Second.Abstention == Abstention.None))
            Assert.Equal(a.Logits.Anger, b.Logits.Anger, 0.3);
    }

    [Fact]
    public async Task Gain_of_the_line_moves_the_score_little()
    {
        var audio = GoldenFiles.Wideband(await GoldenFiles.CallAsync(Call, 1));
        var soft = audio.Select(s => s * 0.5f).ToArray();
        var pairs = Tracker().Run(audio).Zip(Tracker().Run(soft))
            .Where(p => p.First.Abstention == Abstention.None && p.Second.Abstention == Abstention.None).ToList();
        Assert.NotEmpty(pairs);
        Assert.InRange(pairs.Average(p => Math.Abs(p.First.Score - p.Second.Score)), 0, 0.03);
        Assert.Equal(pairs.Count(p => p.First.Prosody.RaisedVoice), pairs.Count(p => p.Second.Prosody.RaisedVoice));
    }

    [Fact]
    public async Task Nothing_is_allocated_per_window()
    {
        var audio = GoldenFiles.Wideband((await GoldenFiles.CallAsync(Call, 1))[..(30 * 8000)]);
        var tracker = Tracker();
        Assert.True(Listen(tracker, audio) > 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(Listen(tracker, audio) > 0);
        // What the runtime may do now and then (a pool's slot) is not per window.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    private static int Listen(InflectionTracker tracker, ReadOnlySpan<float> audio)
    {
        var heard = 0;
        while (!audio.IsEmpty)
        {
            audio = audio[tracker.Add(audio)..];
            if (tracker.IsDue && tracker.Next().Abstention == Abstention.None) heard++;
        }
        return heard;
    }

    [Fact]
    public void Nothing_is_due_before_the_window_is_full() =>
        Assert.Throws<InvalidOperationException>(() => Tracker().Next());

    private InflectionTracker Tracker(int rate = InflectionAudio.Rate) => new(fixture.Model, rate);
}
