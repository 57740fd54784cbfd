using SpeechQA.Bench.Calls;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Bench.Tests.Calls;

public sealed class LineGainTests
{
    [Theory]
    [InlineData("3", false, "+3 dB")]
    [InlineData("1, 2.5,-6", false, "+1 dB|+2.5 dB|-6 dB")]
    [InlineData("6@30,-3@0.5", true, "+6 dB from 30 s|-3 dB from 0.5 s")]
    [InlineData("6", true, null)]
    [InlineData("6@30", false, null)]
    [InlineData("6@0", true, null)]
    [InlineData("31", false, null)]
    [InlineData("NaN", false, null)]
    [InlineData("loud", false, null)]
    [InlineData("", false, null)]
    public void Lists_are_read(string text, bool timed, string? names)
    {
        var gains = LineGain.Parse(text, timed);
        Assert.Equal(names, gains is null ? null : string.Join('|', gains.Select(g => g.Name)));
    }

    [Fact]
    public async Task A_step_begins_at_its_sample_whatever_the_blocks_and_is_cut_at_full_scale()
    {
        short[] samples = [.. Enumerable.Range(0, 40).Select(i => (short)(i % 2 == 0 ? 1000 : -20_000))];
        foreach (var block in new[] { 2, 6, 14, 40 })
        {
            await using var line = new LineGain(20 * Math.Log10(2), From: 10 / 8000.0).Through(new Memory(samples));
            var heard = new List<short>();
            var buffer = new short[block];
            for (int frames; (frames = await line.ReadAsync(buffer)) > 0;) heard.AddRange(buffer[..(frames * 2)]);
            Assert.Equal(samples[..20], heard[..20]);
            Assert.Equal(Enumerable.Repeat(new short[] { 2000, short.MinValue }, 10).SelectMany(s => s), heard[20..]);
        }
    }

    [Fact]
    public void A_line_as_it_is_changes_nothing()
    {
        var recording = new Memory([]);
        Assert.Same(recording, LineGain.None.Through(recording));
    }

    /// <summary>Two channels at 8 kHz.</summary>
    private sealed class Memory(short[] samples) : IRecording
    {
        private int _at;

        public int SampleRate => 8_000;
        public int Channels => 2;
        public long? Frames => samples.Length / 2;
        public IReadOnlyList<SoundWarning> Warnings => [];

        public ValueTask<int> ReadAsync(Memory<short> interleaved, CancellationToken cancellation = default)
        {
            var count = Math.Min(interleaved.Length, samples.Length - _at);
            samples.AsMemory(_at, count).CopyTo(interleaved);
            _at += count;
            return ValueTask.FromResult(count / 2);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
