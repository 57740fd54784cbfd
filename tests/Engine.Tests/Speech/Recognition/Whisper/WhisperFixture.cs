using SpeechQA.Engine.Inference;
using SpeechQA.Engine.Speech.Recognition.Whisper;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper;

/// <summary>The committed model, loaded once for all tests of the collection.</summary>
public sealed class WhisperFixture : IDisposable
{
    private readonly Dictionary<string, float[]> _clips = [];

    public WhisperFixture()
    {
        Sessions = new ModelSessions(ModelFolder.Find());
        Model = new WhisperModel(Sessions, "whisper-base");
    }

    public ModelSessions Sessions { get; }

    internal WhisperModel Model { get; }

    internal WhisperCounters Counters { get; } = new(TimeProvider.System);

    internal float[] Clip(GoldenUtterance golden)
    {
        lock (_clips)
        {
            if (!_clips.TryGetValue(golden.File, out var clip)) _clips[golden.File] = clip = Assets.Clip(golden);
            return clip;
        }
    }

    internal float[] Clip(string file) => Clip(GoldenUtterance.Of(file));

    internal WhisperEncoder Encoder() => new(Model.Encoder, Model.Settings, Counters);

    internal DecoderBatch<string> Batch() => new(Model.Decoder, Model.Settings, Counters);

    public void Dispose() => Sessions.Dispose();
}

[CollectionDefinition(Name)]
public sealed class WhisperCollection : ICollectionFixture<WhisperFixture>
{
    public const string Name = "Whisper";
}
