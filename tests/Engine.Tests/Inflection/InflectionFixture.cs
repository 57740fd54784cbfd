using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inflection;

namespace SpeechQA.Engine.Tests.Inflection;

/// <summary>The committed model, loaded once for all tests of the collection.</summary>
public sealed class InflectionFixture : IDisposable
{
    public ModelSessions Sessions { get; } = new(ModelFolder.Find());

    public InflectionFixture()
    {
        var config = InflectionConfig.Read(Path.Combine(Sessions.Folder.Path, "inflection", "config.json"));
        Model = InflectionModel.Open(Sessions, "inflection", config);
    }

    public InflectionModel Model { get; }

    public void Dispose()
    {
        Model.Dispose();
        Sessions.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class InflectionCollection : ICollectionFixture<InflectionFixture>
{
    public const string Name = "Inflection";
}
