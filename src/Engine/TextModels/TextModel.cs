using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;

namespace SpeechQA.Engine.TextModels;

/// <summary>
/// The text model, English and French: one utterance in, its embedding, sentiment and intents out (about 1 ms). One text
/// per call of the graph: its 8-bit scale is taken over the whole tensor, so neighbours in a batch would change the
/// result. Any number of threads; a call allocates nothing once its length has been seen.
/// </summary>
public sealed class TextModel : IDisposable
{
    private static readonly string[] InputNames = ["input_ids", "attention_mask"];
    private static readonly string[] OutputNames = ["embedding", "sentiment", "sentiment_probs", "intents"];

    private readonly InferenceSession _session;
    private readonly ConcurrentBag<Workspace> _free = [];
    private readonly Lazy<TextBackground> _background;

    private TextModel(InferenceSession session, TextModelConfig config, TextTokenizer tokenizer, ModelFile background)
    {
        (_session, Config, Tokenizer) = (session, config, tokenizer);
        _background = new Lazy<TextBackground>(() => new TextBackground(this, TextBackground.Read(background)));
    }

    /// <summary>Of the model: WordPiece over folded text.</summary>
    public TextTokenizer Tokenizer { get; }

    /// <summary>The ready intents, in the order of <see cref="TextReading.Intents"/>.</summary>
    public IReadOnlyList<IntentHead> Intents => Config.Intents;

    /// <summary>Values of an embedding.</summary>
    public int Dimension => Config.Dimension;

    /// <summary>Ordinary talk that thresholds of rules are set on; embedded (0.5 s) when first asked for.</summary>
    public TextBackground Background => _background.Value;

    internal TextModelConfig Config { get; }

    /// <param name="sessions">Keeps the graph; outlives this model.</param>
    /// <param name="name">The model's folder.</param>
    /// <exception cref="BadInputException">A file is missing, changed, or not what it should be.</exception>
    public static TextModel Open(ModelSessions sessions, string name = "text")
    {
        var config = TextModelConfig.Read(sessions.Folder[$"{name}/config.json"]);
        var tokenizer = TextTokenizer.Read(sessions.Folder, name, config.VocabSize, config.MaxTokens);
        return new TextModel(sessions.Open($"{name}/text.onnx"), config, tokenizer, sessions.Folder[$"{name}/background.json"]);
    }

    /// <summary>A place for results, to be reused.</summary>
    public TextReading NewReading() => new(Config.Dimension, Config.Intents.Count);

    /// <summary>Reads one text.</summary>
    /// <param name="text">An utterance of 3 to 40 words; case, accents and punctuation do not matter. Over 62 pieces it is cut.</param>
    /// <param name="reading">Receives the result.</param>
    public void Read(ReadOnlySpan<char> text, TextReading reading)
    {
        if (!_free.TryTake(out var workspace)) workspace = new Workspace(Config);
        workspace.Run(_session, Tokenizer, text, reading);
        _free.Add(workspace);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_free.TryTake(out var workspace)) workspace.Dispose();
    }

    /// <summary>The tensors of one call at a time.</summary>
    private sealed class Workspace : IDisposable
    {
        private readonly long[] _ids;
        private readonly long[] _mask;
        private readonly TextReading _result;
        private readonly float[] _sentiment = new float[1];
        private readonly OrtValue[]?[] _inputs; // by number of ids
        private readonly OrtValue[] _outputs;
        private readonly RunOptions _options = new();

        public Workspace(TextModelConfig config)
        {
            _ids = new long[config.MaxTokens];
            _mask = new long[config.MaxTokens];
            _mask.AsSpan().Fill(1);
            _inputs = new OrtValue[]?[config.MaxTokens + 1];
            _result = new TextReading(config.Dimension, config.Intents.Count);
            _outputs =
            [
                OrtValue.CreateTensorValueFromMemory(_result.Vector, [1, config.Dimension]),
                OrtValue.CreateTensorValueFromMemory(_sentiment, [1]),
                OrtValue.CreateTensorValueFromMemory(_result.Classes, [1, 3]),
                OrtValue.CreateTensorValueFromMemory(_result.Heads, [1, config.Intents.Count]),
            ];
        }

        public void Run(InferenceSession session, TextTokenizer tokenizer, ReadOnlySpan<char> text, TextReading reading)
        {
            var n = tokenizer.Encode(text, _ids);
            var cpu = ModelCpu.Stamp();
            session.Run(_options, InputNames, _inputs[n] ??= InputsOf(n), OutputNames, _outputs);
            ModelCpu.Text.Add(cpu);
            _result.Vector.CopyTo(reading.Vector, 0);
            _result.Classes.CopyTo(reading.Classes, 0);
            _result.Heads.CopyTo(reading.Heads, 0);
            reading.Sentiment = _sentiment[0];
        }

        public void Dispose()
        {
            foreach (var value in _outputs.Concat(_inputs.SelectMany(v => v ?? []))) value.Dispose();
            _options.Dispose();
        }

        private OrtValue[] InputsOf(int n) =>
        [
            OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _ids.AsMemory(0, n), [1, n]),
            OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _mask.AsMemory(0, n), [1, n]),
        ];
    }
}
