using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Calls.Legs;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Pipes;
using SpeechQA.Engine.Tests.Ingest.Wav;

namespace SpeechQA.Engine.Tests.Calls.Legs;

public sealed class LineWatchTests
{
    private const int Rate = 8_000;

    private static List<LineNote> Watch(short[] samples, int chunk = 160, int rate = Rate, bool end = true)
    {
        var notes = new List<LineNote>();
        var watch = new LineWatch(1, Party.Customer, rate, notes.Add);
        foreach (var part in samples.Chunk(chunk)) watch.Add(AudioChunkKind.Audio, part, part.Length);
        if (end) watch.End();
        return notes;
    }

    private static short[] Same(short value, double seconds) => [.. Enumerable.Repeat(value, (int)(seconds * Rate))];

    private static short[] Encrypted(double seconds, Func<byte, short> decode)
    {
        var bytes = new byte[(int)(seconds * Rate)];
        new Random(9).NextBytes(bytes);
        return [.. bytes.Select(decode)];
    }

    private static string Story(IEnumerable<LineNote> notes) =>
        string.Join(' ', notes.Select(n =>
            FormattableString.Invariant($"{(n.Over ? "-" : "")}{n.Warning.Kind}@{n.Warning.Start}/{n.Warning.Seconds}")));

    [Theory]
    [InlineData(0)]
    [InlineData(-3_000)]
    public void A_silent_line_is_told_after_15_seconds_and_its_length_at_the_end(short value)
    {
        Assert.Empty(Watch(Same(value, 14.9), end: false));
        Assert.Equal("silent-line@0/", Story(Watch(Same(value, 15), end: false)));
        Assert.Equal("silent-line@0/ silent-line@0/20.5", Story(Watch(Same(value, 20.5))));
        Assert.Equal("silent-line@0/4", Story(Watch(Same(value, 4))));
        Assert.Empty(Watch(Same(value, 0.5)));
    }

    [Fact]
    public void An_idle_encoder_is_silent_and_the_quietest_noise_is_not()
    {
        var random = new Random(1);
        Assert.Equal("silent-line@0/5", Story(Watch([.. Same(0, 5).Select(_ => (short)(random.Next(3) * 8 - 8))])));
        Assert.Empty(Watch([.. Same(0, 5).Select(_ => (short)random.Next(-16, 17))]));
    }

    [Fact]
    public void A_line_that_wakes_up_takes_its_warning_back()
    {
        Assert.Equal("silent-line@0/ -silent-line@0/18", Story(Watch([.. Same(0, 18), .. SampleWav.Channel(1, 5, from: 5)], chunk: 8_000)
            .Select(Rounded)));
        Assert.Empty(Watch([.. Same(0, 12), .. SampleWav.Channel(1, 5, from: 5)]));
        static LineNote Rounded(LineNote note) =>
            note with { Warning = note.Warning with { Seconds = note.Warning.Seconds is { } s ? Math.Floor(s - 0.5) : null } };
    }

    [Fact]
    public void Holes_are_no_silence_of_the_line()
    {
        var notes = new List<LineNote>();
        var watch = new LineWatch(0, Party.Agent, Rate, notes.Add);
        watch.Add(AudioChunkKind.Silence, [], 60 * Rate);
        Assert.Empty(notes);
        watch.Add(AudioChunkKind.Audio, SampleWav.Channel(0, 2, from: 1), 2 * Rate);
        watch.End();
        Assert.Empty(notes);
    }

    [Fact]
    public void Encrypted_bytes_are_told_after_three_seconds()
    {
        foreach (var decode in new Func<byte, short>[] { G711.DecodeMuLaw, G711.DecodeALaw })
        {
            Assert.Equal("encrypted-payload@0/", Story(Watch(Encrypted(3, decode), end: false)));
            Assert.Equal("encrypted-payload@0/", Story(Watch(Encrypted(1.4, decode))));
            Assert.Equal("encrypted-payload@4/", Story(Watch([.. SampleWav.Channel(0, 4), .. Encrypted(5, decode)])));
        }
    }

    [Fact]
    public void Two_channels_in_one_are_told_by_their_neighbours()
    {
        var stereo = SampleWav.Stereo(30);
        Assert.Equal("interleaved-channels@0/", Story(Watch(stereo)));
        Assert.Equal("interleaved-channels@0/", Story(Watch([.. SampleWav.Channel(0, 20).SelectMany(s => new[] { s, s })])));
    }

    [Theory]
    [InlineData("en-01-telecom-cancel")]
    [InlineData("en-02-bank-card")]
    [InlineData("fr-01-mobile-resiliation")]
    [InlineData("fr-03-assurance-avocat")]
    public void A_call_tells_nothing_and_the_size_of_the_chunks_does_not_matter(string name)
    {
        for (var channel = 0; channel < 2; channel++)
        {
            var samples = SampleWav.Channel(channel, 60, name: name);
            foreach (var chunk in new[] { 160, 333, 2_048, 60 * Rate }) Assert.Empty(Watch(samples, chunk));
        }
        var mixed = SampleWav.Stereo(20, name: name);
        Assert.Equal(Story(Watch(mixed, 160)), Story(Watch(mixed, 2_047)));
    }

    [Fact]
    public void Samples_doubled_to_a_higher_rate_are_no_two_channels() =>
        Assert.Empty(Watch([.. SampleWav.Channel(0, 20).SelectMany(s => new[] { s, s })], rate: 16_000));
}
