using FsCheck;
using FsCheck.Xunit;
using SpeechQA.Engine.Inflection.Prosody;
using SpeechQA.Engine.Inflection.Signal;

namespace SpeechQA.Engine.Tests.Inflection.Prosody;

public class ProsodyTests
{
    [Theory]
    [InlineData(90)]
    [InlineData(150)]
    [InlineData(220)]
    public void Pitch_of_a_pulsed_voice_is_found(double hertz)
    {
        var facts = new ProsodyMeter().Next(Voice(hertz, 0.2f));
        Assert.Equal(12 * Math.Log2(hertz / 100), facts.Pitch, 0.1);
        Assert.Equal(hertz, facts.PitchHertz, hertz * 0.01);
        Assert.InRange(facts.Voicing, 0.8, 1);
    }

    [Fact]
    public void Twice_the_amplitude_is_six_decibels_and_nothing_else()
    {
        var soft = new ProsodyMeter().Next(Voice(150, 0.1f));
        var loud = new ProsodyMeter().Next(Voice(150, 0.2f));
        Assert.Equal(6.02, loud.LevelDbov - soft.LevelDbov, 0.01);
        Assert.Equal(soft.TiltDb, loud.TiltDb, 0.01);
        Assert.Equal(soft.Pitch, loud.Pitch, 0.01);
    }

    [Fact]
    public void Noise_has_no_pitch()
    {
        var random = new Random(7);
        var noise = Voice(150, 0.2f);
        for (var i = 0; i < noise.Length; i++) if (noise[i] != 0) noise[i] = 0.2f * (float)(random.NextDouble() - 0.5);
        Assert.InRange(new ProsodyMeter().Next(noise).Voicing, 0, 0.2);
    }

    [Theory]
    [InlineData(3, 4, 0, true)]
    [InlineData(3, 0, 3, true)]
    [InlineData(2.9, 9, 9, false)]      // no change of pitch: a step in the line's gain
    [InlineData(5, 3.9, 2.9, false)]
    [InlineData(5, -4.1, 9, false)]     // clearly softer than usual
    [InlineData(double.NaN, 9, 9, false)]
    [InlineData(5, double.NaN, 9, false)]
    public void Raised_is_pitch_with_level_or_effort(double pitch, double level, double tilt, bool raised) =>
        Assert.Equal(raised, RaisedVoiceRule.Default.IsRaised(new ProsodyChange(pitch, 0, level, tilt, 0), 8));

    [Theory]
    [InlineData(2.9, 9, 9, false)]
    [InlineData(3, 3.9, 5, false)]
    [InlineData(3, 4, 5, true)]
    [InlineData(5.5, 3.4, 4.4, false)]
    [InlineData(5.5, 3.5, 4.5, true)]
    [InlineData(60, 3, 4, true)]
    public void Little_calm_speech_asks_for_a_little_more_change(double calm, double pitch, double level, bool raised) =>
        Assert.Equal(raised, RaisedVoiceRule.Default.IsRaised(new ProsodyChange(pitch, 0, level, 0, 0), calm));

    [Fact]
    public void The_late_rule_asks_for_eight_seconds()
    {
        Assert.False(RaisedVoiceRule.Late.IsRaised(new ProsodyChange(9, 0, 9, 9, 0), 7.9));
        Assert.True(RaisedVoiceRule.Late.IsRaised(new ProsodyChange(3, 0, 4, 0, 0), 8));
    }

    [Theory]
    [InlineData(4.2, 6.8, 0, 0, "4 semitones higher, 7 dB louder than at the start")]
    [InlineData(-3.4, 0, 0, 0, "3 semitones lower than at the start")]
    [InlineData(0, 0, 4, 0, "more effort in the voice than at the start")]
    [InlineData(2.6, 3.2, 3.5, 1.2,
        "3 semitones higher, 3 dB louder, 1 syllable per second faster than at the start, with more effort in the voice")]
    [InlineData(1.9, 2.9, 2.9, 0.9, null)]
    [InlineData(double.NaN, double.NaN, double.NaN, double.NaN, null)]
    public void Changes_are_put_into_words(double pitch, double level, double tilt, double rate, string? phrase) =>
        Assert.Equal(phrase, ProsodyPhrases.Describe(new ProsodyChange(pitch, 0, level, tilt, rate)));

    [Property]
    public bool Running_median_is_the_median_of_the_last_values(int[] values)
    {
        var running = new RunningMedian(5);
        foreach (var value in values) running.Add(value);
        if (values.Length == 0) return double.IsNaN(running.Value);
        var last = values.TakeLast(5).Order().Select(v => (double)v).ToArray();
        return running.Value == (last[(last.Length - 1) / 2] + last[last.Length / 2]) / 2;
    }

    [Property]
    public bool The_largest_values_are_those_of_the_sorted_ones(int[] values, PositiveInt rank) =>
        values.Length < rank.Get || Quantiles.Largest([.. values.Select(v => (double)v)], rank.Get) == values.OrderDescending()
            .ElementAt(rank.Get - 1);

    [Fact]
    public void A_voice_that_stays_raised_for_half_a_minute_is_another_persons()
    {
        float[] call = [.. Voice(110, 0.05f, 15), .. Voice(180, 0.2f, 60)];
        var tracker = new ProsodyTracker();
        var results = new List<ProsodyResult>();
        for (var end = InflectionAudio.WindowSamples; end <= call.Length; end += InflectionAudio.HopSamples)
            results.Add(tracker.Next(call.AsSpan(end - InflectionAudio.WindowSamples, InflectionAudio.WindowSamples)));
        var raised = results.FindAll(r => r.RaisedWindow);
        Assert.Equal(ProsodyTracker.OtherVoiceWindows - 1, raised.Count);
        Assert.False(results[^1].RaisedVoice);
        Assert.Equal(0, results[^1].Change.Pitch, 0.2); // it is the calm voice now
    }

    /// <summary>Pulses through two resonances, 0.3 s on and 0.1 s off.</summary>
    private static float[] Voice(double hertz, float amplitude, int seconds = 3)
    {
        var samples = new float[seconds * InflectionAudio.Rate];
        for (var i = 0; i < samples.Length; i++)
        {
            if (i % 3200 >= 2400) continue;
            var phase = i * hertz / InflectionAudio.Rate;
            for (var k = 1; k * hertz < 3400; k++) samples[i] += (float)(amplitude * Math.Sin(2 * Math.PI * k * phase) / k / 2);
        }
        return samples;
    }
}
