using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Ingest.Flac;
using SpeechQA.Engine.Ingest.Input;

namespace SpeechQA.Engine.Tests.Ingest.Flac;

/// <summary>Files of the reference encoder against the output of its decoder.</summary>
public class FlacFileTests
{
    private static ValueTask<FlacRecording> OpenAsync(string file) =>
        FlacRecording.OpenAsync(new InputBytes(File.OpenRead(RepositoryFiles.Asset("flac/" + file)), file));

    [Theory]
    [InlineData("asterisk-digits-tomorrow.flac", 8_000, 1, 7_422, "003cbaf71920fb01497c23d219acec1361bd78c6107f60c7f471193ff13cf732")]
    [InlineData("pocketsphinx-goforward.flac", 16_000, 1, 44_580, "f15c60ec54059d8b66e410d0064945a0b0a04ea56e1ddca1958e493c0cf70e71")]
    [InlineData("call.flac", 8_000, 2, 6_000, "b5c718f268a3bc8ea99cd9553a8d6dbed91ffa81ed64c1f8abce156eb2ae357c")]
    [InlineData("mix16.flac", 48_000, 2, 9_000, "9b83129c75f0e142170941fc5bf92d6b7eb803bd43f65206810b223bb5136923")]
    [InlineData("stereo24.flac", 44_100, 2, 3_000, "92ce683e002719df78a5ac7d5723e304f50175cdf21381702880d5b4b786abb3")]
    [InlineData("stereo8.flac", 22_050, 2, 3_000, "82872eeafb559555d869db8e78ee82621f8249c0959b81bf1015bfa9892f4566")]
    public async Task DecodesAsTheReferenceDecoder(string file, int rate, int channels, int frames, string sha256)
    {
        await using var recording = await OpenAsync(file);
        Assert.Equal((rate, channels, frames), (recording.SampleRate, recording.Channels, recording.Frames));
        var samples = await recording.ReadAllAsync();
        Assert.Equal(frames * channels, samples.Length);
        Assert.Empty(recording.Warnings);
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(samples.AsSpan()))));
    }

    /// <summary>STREAMINFO carries the MD5 of the samples as they were encoded.</summary>
    [Theory]
    [InlineData("asterisk-digits-tomorrow.flac")]
    [InlineData("pocketsphinx-goforward.flac")]
    [InlineData("call.flac")]
    [InlineData("mix16.flac")]
    public async Task DecodedSamplesHaveTheMd5OfTheHeader(string file)
    {
        var expected = File.ReadAllBytes(RepositoryFiles.Asset("flac/" + file)).AsSpan(8 + 18, 16).ToArray();
        await using var recording = await OpenAsync(file);
        var samples = await recording.ReadAllAsync();
        Assert.Equal(expected, MD5.HashData(MemoryMarshal.AsBytes(samples.AsSpan())));
    }

    /// <summary>Samples 1000..1015 at 16 kHz of the recogniser's golden file, which rounds to five decimals.</summary>
    [Theory]
    [InlineData("asterisk-digits-tomorrow.flac", 0.01492, 0.00207, -0.00858, -0.00508, -0.00208, 6e-05, 0.02209, 0.0542,
        0.04843, -0.00631, -0.04956, -0.0317, 0.00928, 0.00605, -0.03442, -0.04848)]
    [InlineData("pocketsphinx-goforward.flac", -0.00128, -0.00113, -0.00116, -0.00137, -0.00183, -0.00153, -0.00131, -0.0015,
        -0.00137, -0.0015, -0.00137, -0.00159, -0.00162, -0.0015, -0.0015, -0.00153)]
    public async Task ResampledSamplesAreTheGoldenOnes(string file, params double[] golden)
    {
        await using var recording = await OpenAsync(file);
        var samples = await recording.ReadAllAsync();
        var resampler = new Resampler(recording.SampleRate);
        var output = new float[resampler.MostOutputs(samples.Length)];
        resampler.Process(samples, output);
        for (var i = 0; i < golden.Length; i++) Assert.Equal(golden[i], output[1_000 + i], 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task BlocksAndPipesOfAnySizeGiveTheSame(int size)
    {
        var bytes = File.ReadAllBytes(RepositoryFiles.Asset("flac/call.flac"));
        await using var whole = await OpenAsync("call.flac");
        await using var trickled = await FlacRecording.OpenAsync(new InputBytes(new Trickle(bytes, size), "trickle"));
        Assert.Equal(await whole.ReadAllAsync(100_000), await trickled.ReadAllAsync(size));
    }
}
