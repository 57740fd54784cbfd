using System.Text.Json;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Tests.Fakes;
using SpeechQA.Engine.Tests.Ingest.Wav;

namespace SpeechQA.Engine.Tests.Calls;

/// <summary>Sound that yields nothing, from a recording to the events and facts of its call.</summary>
public sealed class CallWarningTests(VoiceModel model) : IClassFixture<VoiceModel>
{
    private const double Seconds = 20;

    private async Task<Call> PlayAsync(bool live, byte[] wav)
    {
        var engine = new SpeechEngine(model.Model, new FakeRecognizer(), _ => new FakeRules(), ["en"]);
        await using var recording = await Recordings.OpenAsync(new MemoryStream(wav), "test.wav");
        Party[] parties = recording.Channels == 1 ? [Party.Unknown] : [Party.Agent, Party.Customer];
        var (call, _) = engine.Open(new CallOptions
        {
            Live = live,
            Legs = [.. parties.Select(p => new LegOptions(p, recording.SampleRate))]
        });
        await RecordingPlayer.PlayAsync(recording, call, [.. Enumerable.Range(0, recording.Channels)]);
        await call.Completion.WaitAsync(TimeSpan.FromSeconds(60));
        return call;
    }

    private static byte[] Stereo(Func<int, short, short> customer) => WavWriter.Pcm16(8_000, 2,
        [.. SampleWav.Channel(0, Seconds).SelectMany((sample, i) => new[] { sample, customer(i, sample) })]);

    private static string Story(Call call) =>
        string.Join(' ', call.Warnings.Select(w => FormattableString.Invariant($"{w.Leg}:{w.Party}:{w.Kind}@{w.Start}/{w.Seconds}")));

    [Fact]
    public async Task A_silent_leg_is_told_alike_of_a_recording_and_live()
    {
        var wav = Stereo((_, _) => 0);
        var (file, live) = (await PlayAsync(live: false, wav), await PlayAsync(live: true, wav));
        Assert.Equal("1:Customer:silent-line@0/20", Story(file));
        Assert.Equal(JsonSerializer.Serialize(file.Facts), JsonSerializer.Serialize(live.Facts));
        Assert.Equal(file.Warnings, file.Facts!.Warnings);
        var told = Assert.Single(live.Log.After(0).OfType<LineWarning>());
        Assert.Equal((1, Party.Customer, SoundWarningKind.SilentLine, 0.0, null, false),
            (told.Leg, told.Party, told.Kind, told.Start, told.Seconds, told.Over));
        var json = JsonSerializer.Serialize<CallEvent>(told, new JsonSerializerOptions(JsonSerializerDefaults.Web));
        Assert.StartsWith("""{"type":"line.warning","leg":1,"party":"customer","kind":"silent-line","start":0,"seconds":null,""", json,
            StringComparison.Ordinal);
        Assert.Contains("\"cause\":", json, StringComparison.Ordinal);
        Assert.DoesNotContain("\"warning\":", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encrypted_bytes_and_noise_are_told_apart()
    {
        var random = new Random(4);
        Assert.Equal("1:Customer:encrypted-payload@0/", Story(await PlayAsync(live: false,
            Stereo((_, _) => G711.DecodeMuLaw((byte)random.Next(256))))));
        Assert.Equal("1:Customer:noise-only@0/20", Story(await PlayAsync(live: false, Stereo((_, _) => (short)random.Next(-60, 61)))));
    }

    [Fact]
    public async Task A_stereo_recording_under_a_mono_header_is_told()
    {
        var call = await PlayAsync(live: false, new WavWriter().Format(1, 1, 8_000, 16)
            .Chunk("data", SampleWav.Pcm(SampleWav.Stereo(Seconds))).ToArray());
        Assert.Contains("0:Unknown:interleaved-channels@0/", Story(call));
    }

    [Fact]
    public async Task What_the_recording_says_of_itself_is_in_the_facts()
    {
        var samples = SampleWav.Stereo(Seconds);
        var call = await PlayAsync(live: false, new WavWriter().Format(1, 2, 8_000, 16).Chunk("data", SampleWav.Pcm(samples), 160_000)
            .ToArray());
        Assert.Equal(Seconds, call.Facts!.DurationSeconds);
        var warning = Assert.Single(call.Facts.Warnings);
        Assert.Equal((null, SoundWarningKind.AfterEnd, 5.0, 15.0), (warning.Leg, warning.Kind, warning.Start, warning.Seconds));
    }

    [Fact]
    public async Task A_call_of_two_voices_tells_nothing() =>
        Assert.Equal("", Story(await PlayAsync(live: true, WavWriter.Pcm16(8_000, 2, SampleWav.Stereo(45)))));
}
