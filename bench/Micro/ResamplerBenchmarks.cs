using BenchmarkDotNet.Attributes;
using SpeechQA.Engine.Audio;

namespace SpeechQA.Bench.Micro;

/// <summary>20 ms of a leg to 16 kHz. Must allocate nothing.</summary>
[MemoryDiagnoser]
public class ResamplerBenchmarks
{
    private Resampler _resampler = null!;
    private short[] _input = [];
    private float[] _output = [];

    /// <summary>8 kHz is what telephones give; 44.1 kHz takes the way with interpolated phases.</summary>
    [Params(8_000, 44_100, 48_000)]
    public int Rate { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _resampler = new Resampler(Rate);
        _input = new short[Rate / 50];
        _output = new float[_resampler.MostOutputs(_input.Length)];
        var random = new Random(1);
        for (var i = 0; i < _input.Length; i++) _input[i] = (short)random.Next(-8_000, 8_000);
    }

    [Benchmark]
    public int Process() => _resampler.Process(_input, _output);
}
