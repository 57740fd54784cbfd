using SpeechQA.Engine.Ingest;

namespace SpeechQA.Engine.Tests.Ingest.Rtp;

/// <summary>Reads all that a leg's pipe carries: the samples, and what each of them is.</summary>
internal sealed class LegDrain
{
    private readonly short[] _scratch = new short[LegPipe.LongestChunk];

    public List<short> Samples { get; } = [];
    public List<AudioChunkKind> Kinds { get; } = [];
    public List<AudioChunk> Chunks { get; } = [];

    /// <summary>Takes what waits; never waits itself.</summary>
    public void Take(LegPipe pipe)
    {
        while (true)
        {
            using var none = new CancellationTokenSource();
            var next = pipe.ReadAsync(_scratch, none.Token);
            if (!next.IsCompleted)
            {
                none.Cancel();
                Assert.ThrowsAny<OperationCanceledException>(() => next.AsTask().GetAwaiter().GetResult());
                return;
            }
            if (next.Result is not { } chunk) return;
            Add(chunk);
        }
    }

    public async Task TakeAllAsync(LegPipe pipe, CancellationToken cancellation = default)
    {
        while (await pipe.ReadAsync(_scratch, cancellation) is { } chunk) Add(chunk);
    }

    private void Add(AudioChunk chunk)
    {
        Chunks.Add(chunk);
        var carries = chunk.Kind is AudioChunkKind.Audio or AudioChunkKind.Concealed;
        for (var i = 0; i < chunk.Length; i++)
        {
            Samples.Add(carries ? _scratch[i] : (short)0);
            Kinds.Add(chunk.Kind);
        }
    }
}
