using System.Text.Json;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Inflection.Prosody;
using SpeechQA.Engine.Inflection.Signal;

namespace SpeechQA.Engine.Tests.Inflection;

/// <summary>
/// Callers that the baseline was not made for: what docs/rules/reference.md says of unusual calls. Voices of the sample calls, cut at the
/// truth's times.
/// </summary>
[Collection(InflectionCollection.Name)]
public sealed class UnusualVoicesTests(InflectionFixture fixture)
{
    private const string Man = "en-05-utility-move", Woman = "en-03-insurance-legal", Angry = "fr-03-assurance-avocat";

    [Fact]
    public async Task A_call_that_begins_in_anger_has_no_calm_voice_to_rise_from()
    {
        var raised = await TurnsAsync(Angry, raised: true);
        var results = new InflectionTracker(fixture.Model, InflectionAudio.Rate).Run(GoldenFiles.Wideband(raised));
        Assert.Contains(results, r => r.Prosody.Usable);
        Assert.DoesNotContain(results, r => r.Prosody.RaisedVoice || r.Watch);
        // The model itself needs no calm speech: half of the absolute evidence always counts.
        Assert.Contains(results, r => r.Score > 0.3);
    }

    [Fact]
    public async Task After_calm_speech_the_same_turns_are_heard_as_raised()
    {
        short[] both = [.. await TurnsAsync(Angry, raised: false), .. await TurnsAsync(Angry, raised: true)];
        Assert.Contains(new InflectionTracker(fixture.Model, InflectionAudio.Rate).Run(GoldenFiles.Wideband(both)), r =>
            r.Prosody.RaisedVoice);
    }

    [Fact]
    public async Task A_change_of_caller_is_a_raised_voice_for_half_a_minute_at_most_and_no_alert()
    {
        // The second sits nearer to the telephone: higher and louder.
        var first = Array.ConvertAll(await TurnsAsync(Man, raised: false), s => (short)(s * 0.4));
        var second = await TurnsAsync(Woman, raised: false);
        short[] call = [.. first, .. Enumerable.Repeat(second, 6).SelectMany(s => s)];
        var results = new InflectionTracker(fixture.Model, InflectionAudio.Rate).Run(GoldenFiles.Wideband(call));
        Assert.DoesNotContain(results, r => r.Alert || r.Watch);
        var usable = results.Where(r => r.Prosody.Usable && r.Position > 2L * first.Length).ToList();
        Assert.Contains(usable.Take(10), r => r.Prosody.RaisedVoice);
        var settled = usable.Skip(2 * ProsodyTracker.OtherVoiceWindows).ToList();
        Assert.NotEmpty(settled);
        Assert.DoesNotContain(settled, r => r.Prosody.RaisedVoice);
    }

    [Fact]
    public async Task Two_calm_people_on_one_leg_raise_no_alert()
    {
        var (man, woman) = (await TurnsAsync(Man, raised: false), await TurnsAsync(Woman, raised: false));
        var mixed = new List<short>();
        for (var at = 0; at < Math.Min(man.Length, woman.Length); at += 6 * InflectionAudio.Rate)
        {
            mixed.AddRange(man.Skip(at).Take(6 * InflectionAudio.Rate));
            mixed.AddRange(woman.Skip(at).Take(6 * InflectionAudio.Rate));
        }
        var results = new InflectionTracker(fixture.Model, InflectionAudio.Rate).Run(GoldenFiles.Wideband([.. mixed]));
        Assert.Contains(results, r => r.Abstention == Abstention.None);
        Assert.DoesNotContain(results, r => r.Alert || r.Watch);
    }

    [Theory]
    [InlineData(Man, 6)]
    [InlineData(Woman, 6)]
    [InlineData(Man, -6)]
    public async Task A_step_in_the_lines_gain_is_no_raised_voice(string call, double decibels)
    {
        var calm = await TurnsAsync(call, raised: false);
        var factor = Math.Pow(10, decibels / 20);
        var stepped = calm.Select((s, i) => i < calm.Length / 2 ? s : (short)Math.Clamp(s * factor, short.MinValue, short.MaxValue))
            .ToArray();
        Assert.Equal(Marks(calm), Marks(stepped));

        int Marks(short[] audio) => new InflectionTracker(fixture.Model, InflectionAudio.Rate).Run(GoldenFiles.Wideband(audio))
            .Count(r => r.Watch || r.Alert);
    }

    /// <summary>The customer's turns of a sample call, one behind the other.</summary>
    private static async Task<short[]> TurnsAsync(string name, bool raised)
    {
        var audio = await GoldenFiles.CallAsync($"samples/audio/{name}.wav", 1);
        using var truth = JsonDocument.Parse(File.ReadAllBytes(Repository.Path("samples", "audio", name + ".truth.json")));
        return [.. truth.RootElement.GetProperty("utterances").EnumerateArray()
            .Where(u => u.GetProperty("party").GetString() == "customer" && u.Flag("raised") == raised)
            .SelectMany(u => audio[(int)(u.Number("start") * InflectionAudio.Rate)..Math.Min(audio.Length,
                (int)((u.Number("end") + 0.3) * InflectionAudio.Rate))])];
    }
}
