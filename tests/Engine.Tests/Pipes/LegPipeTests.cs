using System.Diagnostics.Metrics;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Tests.Pipes;

public sealed class LegPipeTests
{
    private static readonly short[] Buffer = new short[LegPipe.LongestChunk];

    private static async Task<List<AudioChunk>> DrainAsync(LegPipe pipe)
    {
        var chunks = new List<AudioChunk>();
        while (await pipe.ReadAsync(Buffer) is { } chunk) chunks.Add(chunk);
        return chunks;
    }

    [Fact]
    public async Task Samples_come_out_as_they_went_in()
    {
        var pipe = new LegPipe(8000);
        var samples = Enumerable.Range(-80, 160).Select(i => (short)(i * 400)).ToArray();
        Assert.True(pipe.TryWrite(AudioChunkKind.Audio, samples, samples.Length, 42));
        Assert.True(pipe.TryWrite(AudioChunkKind.Silence, [], 1_000, 43));
        pipe.Complete();
        Assert.Equal(new AudioChunk(AudioChunkKind.Audio, 160, 42), await pipe.ReadAsync(Buffer));
        Assert.Equal(samples, Buffer[..160]);
        Assert.Equal(new AudioChunk(AudioChunkKind.Silence, 1_000, 43), await pipe.ReadAsync(Buffer));
        Assert.Null(await pipe.ReadAsync(Buffer));
    }

    [Fact]
    public async Task A_full_pipe_drops_the_newest_counts_it_and_marks_its_place()
    {
        var pipe = new LegPipe(8000);
        var packet = new short[160];
        var written = 0;
        while (pipe.TryWrite(AudioChunkKind.Audio, packet, 160, 1)) written++;
        Assert.Equal(4 * 8000 / 160, written);
        Assert.False(pipe.TryWrite(AudioChunkKind.Audio, packet, 160, 1));
        Assert.Equal(320, pipe.DroppedSamples);
        for (var i = 0; i < 10; i++) Assert.Equal(AudioChunkKind.Audio, (await pipe.ReadAsync(Buffer))!.Value.Kind);
        Assert.True(pipe.TryWrite(AudioChunkKind.Audio, packet, 160, 2));
        pipe.Complete();
        var rest = await DrainAsync(pipe);
        Assert.Equal(new AudioChunk(AudioChunkKind.Lost, 320, 2), rest[^2]);
        // Audio time is true: what was written and what was dropped add up.
        Assert.Equal((written + 3) * 160L, 10 * 160 + rest.Sum(c => (long)c.Length));
    }

    [Theory]
    [InlineData(AudioChunkKind.Audio, 0.5)]
    [InlineData(AudioChunkKind.Concealed, 0.5)]
    [InlineData(AudioChunkKind.Silence, 0)]
    [InlineData(AudioChunkKind.Lost, 0)]
    public void Audio_that_is_dropped_moves_the_metric_by_its_seconds_at_once(AudioChunkKind kind, double expected)
    {
        using var dropped = new DroppedSeconds();
        var pipe = new LegPipe(16_000);
        var packet = new short[320];
        while (pipe.WaitingSamples < 4 * 16_000) Assert.True(pipe.TryWrite(AudioChunkKind.Audio, packet, 320, 1));
        Assert.Equal(0, dropped.Sum);
        for (var i = 0; i < 25; i++) pipe.TryWrite(kind, kind is AudioChunkKind.Audio or AudioChunkKind.Concealed ? packet : [], 320, 1);
        Assert.Equal(expected, dropped.Sum, 9);
        Assert.Equal(expected, pipe.DroppedSamples / 16_000.0, 9);
    }

    /// <summary>What this thread adds to the metric; other tests drop audio of their own meanwhile.</summary>
    private sealed class DroppedSeconds : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly int _thread = Environment.CurrentManagedThreadId;

        public DroppedSeconds()
        {
            _listener.SetMeasurementEventCallback<double>((_, seconds, _, _) =>
            {
                if (Environment.CurrentManagedThreadId == _thread) Sum += seconds;
            });
            _listener.EnableMeasurementEvents(EngineMetrics.Dropped);
        }

        public double Sum { get; private set; }

        public void Dispose() => _listener.Dispose();
    }

    [Fact]
    public async Task The_reader_is_woken_by_as_much_as_it_wants_and_by_the_end()
    {
        var pipe = new LegPipe(8000);
        pipe.Want(320);
        var packet = new short[160];
        pipe.TryWrite(AudioChunkKind.Audio, packet, 160, 1);
        var read = pipe.ReadAsync(Buffer).AsTask();
        Assert.False(read.IsCompleted);
        pipe.TryWrite(AudioChunkKind.Audio, packet, 160, 2);
        Assert.Equal(new AudioChunk(AudioChunkKind.Audio, 160, 1), await read);
        Assert.Equal(new AudioChunk(AudioChunkKind.Audio, 160, 2), await pipe.ReadAsync(Buffer));
        pipe.Want(640);
        pipe.TryWrite(AudioChunkKind.Audio, packet, 160, 3);
        pipe.Complete();
        Assert.Equal(new AudioChunk(AudioChunkKind.Audio, 160, 3), await pipe.ReadAsync(Buffer));
        Assert.Null(await pipe.ReadAsync(Buffer));
    }

    [Fact]
    public async Task A_recording_waits_for_room_and_loses_nothing()
    {
        var pipe = new LegPipe(8000);
        var block = new short[20_000];
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++) await pipe.WriteAsync(block);
            pipe.Complete();
        });
        var chunks = await DrainAsync(pipe).WaitAsync(TimeSpan.FromSeconds(30));
        await writing;
        Assert.Equal(200_000, chunks.Sum(c => (long)c.Length));
        Assert.Equal(0, pipe.DroppedSamples);
    }
}
