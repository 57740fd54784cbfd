using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;
using SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper;

/// <summary>The committed model and the golden clips, loaded once for all tests of the collection.</summary>
public sealed class WhisperFixture : IAsyncLifetime
{
    private readonly Dictionary<string, float[]> _clips = [];
    private ModelSessions? _sessions;
    private WhisperModel? _model;
    private StatePool? _states;

    public ModelSessions Sessions => _sessions!;

    internal WhisperModel Model => _model!;

    internal WhisperCounters Counters { get; } = new(TimeProvider.System);

    public async Task InitializeAsync()
    {
        _sessions = new ModelSessions(ModelFolder.Find());
        _model = new WhisperModel(_sessions, "whisper-base");
        _states = new StatePool(_model.Settings);
        foreach (var golden in GoldenUtterance.All) _clips[golden.File] = await Assets.ClipAsync(golden.File);
    }

    public Task DisposeAsync()
    {
        _states?.Dispose();
        _sessions?.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>A golden clip, 16 kHz.</summary>
    internal float[] Clip(string file) => _clips[file];

    internal DecoderBatch<string> Batch() => new(Model.Decoder, Model.Settings, Counters, _states!, (_, _) => { });

    internal WhisperEncoder Encoder() => new(Model.Encoder, Model.Settings, Counters);

    /// <summary>Encodes an utterance that is about to join.</summary>
    internal void Enter(ReadOnlySpan<float> samples, DecoderBatch<string> batch)
    {
        using var encoder = Encoder();
        batch.Enter(samples, encoder);
    }

    internal Hypothesis Hypothesis(string file, PhraseBias? bias = null, ReadOnlySpan<int> draft = default) =>
        new(Model.Rules, GoldenUtterance.Of(file).Language, Clip(file).Length / 16_000.0, bias, draft);

    /// <summary>Decodes one utterance alone.</summary>
    internal Hypothesis Decode(ReadOnlySpan<float> samples, Hypothesis hypothesis)
    {
        using var batch = Batch();
        Enter(samples, batch);
        batch.Join("alone", hypothesis);
        while (batch.Count > 0) batch.RunPass();
        return hypothesis;
    }

    /// <summary>Text tokens of a hypothesis, original ids.</summary>
    internal int[] Tokens(Hypothesis hypothesis) =>
        [.. hypothesis.Rows.ToArray().Where(Model.Rules.IsText).Select(Model.Vocabulary.IdOf)];
}

[CollectionDefinition(Name)]
public sealed class WhisperCollection : ICollectionFixture<WhisperFixture>
{
    public const string Name = "Whisper";
}
