using SpeechQA.Engine.Speech.Activity;

namespace SpeechQA.Engine.Tests.Fakes;

/// <summary>The real voice activity model, loaded once for the tests of a class.</summary>
public sealed class VoiceModel
{
    public SileroModel Model { get; } = new(Repository.Path("models", "silero-vad", "silero_vad.onnx"));
}
