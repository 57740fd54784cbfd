using SpeechQA.Engine.Inference;
using SpeechQA.Engine.Inflection;

namespace SpeechQA.Engine.Tests.Inflection;

/// <summary>The committed model, loaded once for all tests of the collection.</summary>
public sealed class InflectionFixture : IDisposable
{
    private readonly ModelSessions _sessions = new(ModelFolder.Find());

    public InflectionFixture()
    {
        var config = InflectionConfig.Read(Path.Combine(_sessions.Folder.Path, "inflection", "config.json"));
        Model = new InflectionModel(_sessions.Open("inflection/" + config.Model), config);
    }

    public InflectionModel Model { get; }

    public void Dispose()
    {
        Model.Dispose();
        _sessions.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class InflectionCollection : ICollectionFixture<InflectionFixture>
{
    public const string Name = "Inflection";
}
