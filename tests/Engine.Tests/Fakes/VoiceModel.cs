using Microsoft.ML.OnnxRuntime;
using SpeechQA.Engine.Speech.Activity;

namespace SpeechQA.Engine.Tests.Fakes;

/// <summary>The real voice activity model, loaded once for the tests of a class.</summary>
public sealed class VoiceModel : IDisposable
{
    private readonly SessionOptions _options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 };

    public VoiceModel() => Model = new SileroModel(new InferenceSession(Repository.Path("models", "silero-vad", "silero_vad.onnx"), _options));

    public SileroModel Model { get; }

    public void Dispose()
    {
        Model.Dispose();
        _options.Dispose();
    }
}
