using SpeechQA.Bench.Peers;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;
using Xunit.Abstractions;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper.Decoder;

/// <summary>The decoder that we compute agrees with the graph in ONNX Runtime.</summary>
[Collection(WhisperCollection.Name)]
public sealed class DecoderPassTests(WhisperFixture whisper, ITestOutputHelper output)
{
    private static readonly string[] Files = ["asterisk_en/agent-alreadyon.flac", "asterisk_fr/dictate/both_help.flac",
        "asr_misc/picovoice_test_fr.flac"];

    [Fact]
    public void Logits_and_attention_are_those_of_the_graph()
    {
        var (settings, rules) = (whisper.Model.Settings, whisper.Model.Rules);
        using var graph = new OnnxDecoder(whisper.Sessions.Open("whisper-base/decoder.onnx"), settings);
        using var pass = new DecoderPass(whisper.Model.Decoder, settings, whisper.Counters);
        using var encoder = whisper.Encoder();
        using var speech = new EncodedSpeech(settings.DecLayers, settings.Heads);
        using var state = new DecoderState(settings.DecLayers, settings.Heads);
        var (logits, attention, same, tokens) = (new List<double>(), 0.0, 0, 0);
        foreach (var file in Files)
        {
            var golden = GoldenUtterance.Of(file);
            encoder.Encode(whisper.Clip(file), speech);
            encoder.Encode(whisper.Clip(file), state);
            int[] prompt = rules.Prompt(golden.Language);
            int[] text = whisper.Model.Vocabulary.RowsOf(golden.Tokens);
            // The prompt in one pass, then the text token by token.
            for (var read = 0; read < prompt.Length + text.Length;)
            {
                var rows = read == 0 ? prompt : [text[read - prompt.Length]];
                graph.Run(speech, rows, read);
                pass.Clear();
                for (var i = 0; i < rows.Length; i++) pass.Add(state, rows[i], read + i, logits: i == rows.Length - 1);
                pass.Run();
                for (var h = 0; h < settings.AlignmentHeads.Length; h++)
                    for (var t = 0; t < speech.Length; t++)
                        attention = Math.Max(attention,
                            Math.Abs(graph.Alignment(rows.Length - 1, h)[t] - pass.Alignment(rows.Length - 1, h)[t]));
                var want = graph.Logits(rows.Length - 1);
                var have = pass.Logits(rows.Length - 1);
                for (var i = 0; i < want.Length; i += 37) logits.Add(Math.Abs(want[i] - have[i]));
                if (want.IndexOf(Max(want)) == have.IndexOf(Max(have))) same++;
                tokens++;
                read += rows.Length;
            }
        }
        logits.Sort();
        output.WriteLine($"{tokens} tokens: {same} with the same best; logits differ by {logits.Average():F4} on average, "
            + $"{logits[(int)(logits.Count * 0.99)]:F4} at the 99th percentile, {logits[^1]:F4} at most; attention by {attention:F5} at "
            + $"most.");
        Assert.InRange(logits.Average(), 0, 0.25);
        Assert.InRange(attention, 0, 0.1);
        Assert.InRange(same, tokens - 2, tokens);
    }

    [Fact]
    public void A_step_allocates_nothing_once_its_buffers_have_grown()
    {
        var settings = whisper.Model.Settings;
        using var pass = new DecoderPass(whisper.Model.Decoder, settings, whisper.Counters);
        using var encoder = whisper.Encoder();
        using var first = new DecoderState(settings.DecLayers, settings.Heads);
        using var second = new DecoderState(settings.DecLayers, settings.Heads);
        encoder.Encode(whisper.Clip(Files[0]), first);
        encoder.Encode(whisper.Clip(Files[0]), second);
        for (var position = 0; position < 10; position++) Step(position);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var position = 10; position < 20; position++) Step(position);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Step(int position)
        {
            pass.Clear();
            pass.Add(first, 1_000 + position, position);
            pass.Add(second, 2_000 + position, position);
            pass.Run();
        }
    }

    private static float Max(Span<float> values) => System.Numerics.Tensors.TensorPrimitives.Max<float>(values);
}
