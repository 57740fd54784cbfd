using SpeechQA.Bench.Peers;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;
using Xunit.Abstractions;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper.Encoder;

/// <summary>The encoder that we compute agrees with the graph in ONNX Runtime.</summary>
[Collection(WhisperCollection.Name)]
public sealed class WhisperEncoderTests(WhisperFixture whisper, ITestOutputHelper output)
{
    /// <summary>
    /// Activations are bytes: a difference in a last bit makes another byte of one value in a million, and six layers make more of it.
    /// Audio that is louder by a ten millionth changes the graph's own outputs as much.
    /// </summary>
    private const double Tolerance = 0.06, MeanTolerance = 0.035;

    [Fact]
    public void Keys_and_values_are_those_of_the_graph()
    {
        var settings = whisper.Model.Settings;
        using var graph = new OnnxEncoder(whisper.Sessions.Open("whisper-base/encoder.onnx"), settings);
        using var encoder = whisper.Encoder();
        using var want = new EncodedSpeech(settings.DecLayers, settings.Heads);
        using var have = new EncodedSpeech(settings.DecLayers, settings.Heads);
        using var louder = new EncodedSpeech(settings.DecLayers, settings.Heads);
        var (ours, own) = (new List<double>(), new List<double>());
        foreach (var golden in GoldenUtterance.All)
        {
            float[] clip = whisper.Clip(golden.File);
            graph.Encode(clip, want);
            encoder.Encode(clip, have);
            ours.Add(Difference(want, have));
            graph.Encode([.. clip.Select(s => s * 1.0000001f)], louder);
            own.Add(Difference(want, louder));
        }
        output.WriteLine($"Relative difference (RMS) {ours.Average():F4} on average, {ours.Max():F4} at most; of the graph with itself "
            + $"{own.Average():F4} and {own.Max():F4}.");
        Assert.InRange(ours.Max(), 0, Tolerance);
        Assert.InRange(ours.Average(), 0, MeanTolerance);
    }

    [Fact]
    public void A_window_leaves_nothing_behind_for_the_next()
    {
        var settings = whisper.Model.Settings;
        using var fresh = whisper.Encoder();
        using var used = whisper.Encoder();
        using var want = new EncodedSpeech(settings.DecLayers, settings.Heads);
        using var have = new EncodedSpeech(settings.DecLayers, settings.Heads);
        var clip = whisper.Clip(GoldenUtterance.All[0].File);
        fresh.Encode(clip, want);
        foreach (var seconds in new[] { 10.0, 3.0, 4.5 }) used.Encode(clip, have, new WindowPolicy(0, 0, seconds, 0.5, seconds));
        used.Encode(clip, have);
        for (var t = 0; t < want.Count; t++) Assert.True(want[t].SequenceEqual(have[t]));
    }

    [Fact]
    public void A_window_allocates_nothing_once_there_was_one_of_its_length()
    {
        var settings = whisper.Model.Settings;
        using var encoder = whisper.Encoder();
        using var speech = new EncodedSpeech(settings.DecLayers, settings.Heads);
        var clip = whisper.Clip(GoldenUtterance.All[0].File);
        for (var i = 0; i < 3; i++) encoder.Encode(clip, speech);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 5; i++) encoder.Encode(clip, speech);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Settings_of_another_model_are_bad_input()
    {
        var path = whisper.Sessions.Folder["whisper-base/encoder.onnx"].Require();
        foreach (var other in new[] { whisper.Model.Settings with { Heads = 6 }, whisper.Model.Settings with { NMels = 128 },
            whisper.Model.Settings with { DecLayers = 4 } })
            Assert.Throws<BadInputException>(() => AudioWeights.Read(path, other));
        Assert.Throws<BadInputException>(() => AudioWeights.Read(whisper.Sessions.Folder["whisper-base/decoder.onnx"].Require(),
            whisper.Model.Settings));
    }

    private static double Difference(EncodedSpeech want, EncodedSpeech have)
    {
        var (difference, size) = (0.0, 0.0);
        for (var t = 0; t < want.Count; t++)
            for (var i = 0; i < want[t].Length; i++)
            {
                difference += Math.Pow(want[t][i] - have[t][i], 2);
                size += Math.Pow(want[t][i], 2);
            }
        return Math.Sqrt(difference / size);
    }
}
