using BenchmarkDotNet.Attributes;
using SpeechQA.Engine.Audio;

namespace SpeechQA.Bench.Micro;

/// <summary>One packet of 20 ms: codes to samples and back. Must allocate nothing.</summary>
[MemoryDiagnoser]
public class G711Benchmarks
{
    private readonly byte[] _codes = new byte[160];
    private readonly short[] _samples = new short[160];

    [GlobalSetup]
    public void Setup() => new Random(1).NextBytes(_codes);

    [Benchmark(Baseline = true)]
    public void DecodeMuLaw() => G711.DecodeMuLaw(_codes, _samples);

    [Benchmark]
    public void DecodeALaw() => G711.DecodeALaw(_codes, _samples);

    [Benchmark]
    public void EncodeMuLaw() => G711.EncodeMuLaw(_samples, _codes);

    [Benchmark]
    public void EncodeALaw() => G711.EncodeALaw(_samples, _codes);
}
