using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inference.Onnx;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;
using SpeechQA.Engine.Speech.Recognition.Whisper.Tokens;

namespace SpeechQA.WhisperNet.Ggml;

/// <summary>
/// The committed Whisper as a file of whisper.cpp, in half precision. The weights are those of our graphs with their scales
/// multiplied out: what was moved from activations into weights stays there (layer norms and matrices fit each other), and the
/// hidden units kept apart in float come after the others, whose order means nothing. Rows of tokens that we do not keep are zero.
/// </summary>
public static class WhisperGgml
{
    private const int AudioContext = 1500;
    private const int MelBins = 201;

    /// <summary>Writes <c>models/whisper-base</c>, 148 MB.</summary>
    /// <exception cref="BadInputException">A file of the model is missing or changed.</exception>
    public static void Write(ModelFolder models, Stream stream)
    {
        const string model = "whisper-base";
        var settings = WhisperSettings.Read(models[$"{model}/settings.json"]);
        var vocabulary = Vocabulary.Read(models[$"{model}/tokens.txt"]);
        var encoder = OnnxTensors.Read(models[$"{model}/encoder.onnx"].Require());
        var decoder = OnnxTensors.Read(models[$"{model}/decoder.onnx"].Require());
        var state = settings.Heads * DecoderState.HeadSize;
        // Stamps run to 30.00 s in steps of 0.02 s.
        var tokens = settings.TimestampBegin + AudioContext + 1;
        using var file = new GgmlWriter(stream);
        file.Header([tokens, AudioContext, state, settings.Heads, Layers(settings),
            settings.Ctx, state, settings.Heads, settings.DecLayers, settings.NMels]);
        file.Filters(settings.NMels, MelBins, models[$"{model}/mel_filters.bin"].Read());
        file.Tokens(settings.Eot, id => vocabulary.BytesOf(id).ToArray());
        Encoder(file, encoder, Layers(settings), settings.NMels, state);
        Decoder(file, decoder, encoder, settings, state);
        Embedding(file, decoder, vocabulary, tokens, state);
    }

    /// <summary>Whisper base and small have as many layers on both sides.</summary>
    private static int Layers(WhisperSettings settings) => settings.DecLayers;

    private static void Encoder(GgmlWriter file, OnnxTensors onnx, int layers, int bands, int state)
    {
        file.Single("encoder.positional_embedding", onnx["pos"].Floats.ToArray(), AudioContext, state);
        file.Half("encoder.conv1.weight", onnx["conv1.w"].Floats.ToArray(), state, bands, 3);
        file.Single("encoder.conv1.bias", onnx["conv1.b"].Floats.ToArray(), state, 1);
        file.Half("encoder.conv2.weight", onnx["conv2.w"].Floats.ToArray(), state, state, 3);
        file.Single("encoder.conv2.bias", onnx["conv2.b"].Floats.ToArray(), state, 1);
        Norm(file, "encoder.ln_post", onnx, $"e{layers - 1}.lnn");
        for (var i = 0; i < layers; i++)
        {
            var (name, e) = ($"encoder.blocks.{i}", $"e{i}");
            Matrix Read(string part) => Matrix.OfColumns(onnx[$"{e}.{part}.q"], onnx[$"{e}.{part}.s"]);
            Norm(file, name + ".attn_ln", onnx, i == 0 ? "e0.ln1" : $"e{i - 1}.lnn");
            Attention(file, name + ".attn", Read("qkv"), onnx[e + ".qkv.b"].Floats.ToArray(),
                Read("o"), onnx[e + ".ln2.skb"].Floats.ToArray());
            Norm(file, name + ".mlp_ln", onnx, e + ".ln2");
            Linear(file, name + ".mlp.0", Read("fc1").Above(Matrix.OfFloats(onnx[e + ".hot1.w"])),
                [.. onnx[e + ".fc1.bb"].Floats.ToArray(), .. onnx[e + ".hot1.bb"].Floats.ToArray()]);
            Linear(file, name + ".mlp.2", Read("fc2").Beside(Matrix.OfFloats(onnx[e + ".hot2.w"])), onnx[e + ".lnn.skb"].Floats.ToArray());
        }
    }

    private static void Decoder(GgmlWriter file, OnnxTensors onnx, OnnxTensors encoder, WhisperSettings settings, int state)
    {
        file.Single("decoder.positional_embedding", onnx["pos"].Floats.ToArray(), settings.Ctx, state);
        Norm(file, "decoder.ln", onnx, $"d{settings.DecLayers - 1}.lnn");
        // The keys and values of what was heard are the last matrix of our encoder: [layer, key or value, state].
        var heard = Matrix.OfColumns(encoder["xkv.q"], encoder["xkv.s"]);
        var heardBias = encoder["xkv.b"].Floats.ToArray();
        for (var i = 0; i < settings.DecLayers; i++)
        {
            var (name, d) = ($"decoder.blocks.{i}", $"d{i}");
            Matrix Read(string part) => Matrix.OfBlocks(onnx[$"{d}.{part}.q"], onnx[$"{d}.{part}.s"]);
            Norm(file, name + ".attn_ln", onnx, i == 0 ? "d0.ln1" : $"d{i - 1}.lnn");
            Attention(file, name + ".attn", Read("qkv"), onnx[d + ".qkv.b"].Floats.ToArray(),
                Read("o"), onnx[d + ".lnx.skb"].Floats.ToArray());
            Norm(file, name + ".cross_attn_ln", onnx, d + ".lnx");
            Attention(file, name + ".cross_attn", Read("xq").Above(heard.RowsFrom(2 * i * state, 2 * state)),
                [.. onnx[d + ".xq.b"].Floats.ToArray(), .. heardBias[(2 * i * state)..((2 * i + 2) * state)]],
                Read("xo"), onnx[d + ".ln2.skb"].Floats.ToArray());
            Norm(file, name + ".mlp_ln", onnx, d + ".ln2");
            Linear(file, name + ".mlp.0", Read("fc1"), onnx[d + ".fc1.bb"].Floats.ToArray());
            Linear(file, name + ".mlp.2", Read("fc2"), onnx[d + ".lnn.skb"].Floats.ToArray());
        }
    }

    private static void Embedding(GgmlWriter file, OnnxTensors onnx, Vocabulary vocabulary, int tokens, int state)
    {
        var kept = Matrix.OfBlocks(onnx["head.q"], onnx["head.s"]);
        var all = new float[tokens * state];
        for (var row = 0; row < kept.Rows; row++) kept.Values.AsSpan(row * state, state).CopyTo(all.AsSpan(vocabulary.IdOf(row) * state));
        file.Half("decoder.token_embedding.weight", all, tokens, state);
    }

    /// <param name="three">Query, key and value, one above the other. Whisper's keys have no bias.</param>
    private static void Attention(GgmlWriter file, string name, Matrix three, float[] bias, Matrix output, float[] outputBias)
    {
        var state = output.Rows;
        Linear(file, name + ".query", three.RowsFrom(0, state), bias[..state]);
        file.Half(name + ".key.weight", three.RowsFrom(state, state).Values, state, state);
        Linear(file, name + ".value", three.RowsFrom(2 * state, state), bias[(2 * state)..]);
        Linear(file, name + ".out", output, outputBias);
    }

    private static void Linear(GgmlWriter file, string name, Matrix weight, float[] bias)
    {
        file.Half(name + ".weight", weight.Values, weight.Rows, weight.Columns);
        file.Single(name + ".bias", bias, bias.Length);
    }

    private static void Norm(GgmlWriter file, string name, OnnxTensors onnx, string from)
    {
        file.Single(name + ".weight", onnx[from + ".g"].Floats.ToArray(), (int)onnx[from + ".g"].Shape[0]);
        file.Single(name + ".bias", onnx[from + ".bb"].Floats.ToArray(), (int)onnx[from + ".bb"].Shape[0]);
    }
}
