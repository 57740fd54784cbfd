using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Tests.Ingest.Rtp;

/// <summary>Reads all that a leg's pipe carries: the samples, and what each of them is.</summary>
internal sealed class LegDrain
{
    private readonly short[] _scratch = new short[LegPipe.LongestChunk];

    public List<short> Samples { get; } = [];
    public List<AudioChunkKind> Kinds { get; } = [];
    public List<AudioChunk> Chunks { get; } = [];

    /// <summary>Takes the audio that waits and what lies before it; never waits itself.</summary>
    public void Take(LegPipe pipe)
    {
        while (pipe.WaitingSamples > 0) Add(pipe.ReadAsync(_scratch).AsTask().Result!.Value);
    }

    /// <summary>Takes everything up to the end of a completed pipe.</summary>
    public LegDrain Finish(LegPipe pipe)
    {
        while (pipe.ReadAsync(_scratch).AsTask().Result is { } chunk) Add(chunk);
        return this;
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
