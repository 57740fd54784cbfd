using BenchmarkDotNet.Attributes;
using SpeechQA.Engine.Inflection.Prosody;

namespace SpeechQA.Bench.Micro;

/// <summary>Pitch, level, tilt and syllables of one window, half a second of it new. Must allocate nothing.</summary>
[MemoryDiagnoser]
public class ProsodyBenchmarks
{
    private const int Window = 24_000, Hop = 4_000;

    private readonly ProsodyMeter _meter = new();
    private float[] _speech = [];
    private int _place;

    [GlobalSetup]
    public void Setup()
    {
        var wide = SampleSpeech.Agent(8);
        _speech = [.. Enumerable.Range(0, wide.Length / 2).Select(i => wide[2 * i])];
    }

    [Benchmark]
    public double Next()
    {
        if (_place + Window > _speech.Length) _place = 0;
        var facts = _meter.Next(_speech.AsSpan(_place, Window));
        _place += Hop;
        return facts.LevelDbov;
    }
}
