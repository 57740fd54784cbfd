using System.Text.Json;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Tests.TextModels;

/// <summary>The committed text model and the reference's golden vectors, loaded once.</summary>
public sealed class TextModelFixture : IDisposable
{
    private readonly ModelSessions _sessions = new(ModelFolder.Find());

    public TextModelFixture()
    {
        Model = TextModel.Open(_sessions);
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Repository.Path("tests", "Engine.Tests", "Assets", "text", "golden.json")));
        Golden = golden.RootElement.Clone();
    }

    public TextModel Model { get; }

    public JsonElement Golden { get; }

    public float[] Embed(string text)
    {
        var reading = Model.NewReading();
        Model.Read(text, reading);
        return reading.Embedding.ToArray();
    }

    public void Dispose()
    {
        Model.Dispose();
        _sessions.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class TextModelCollection : ICollectionFixture<TextModelFixture>
{
    public const string Name = "Text model";
}
