using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;

namespace SpeechQA.Engine.Tests.Inference.Models;

public sealed class ModelFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("models-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>A folder of models with one model of one file.</summary>
    private string Models(string file = "graph.onnx", string content = "not a graph", string? manifest = null)
    {
        var models = Path.Combine(_root, "models");
        Directory.CreateDirectory(Path.Combine(models, "tiny"));
        File.WriteAllText(Path.Combine(models, "tiny", file), content);
        var bytes = Encoding.UTF8.GetBytes(content);
        File.WriteAllText(Path.Combine(models, "manifest.json"), manifest ?? JsonSerializer.Serialize(new
        {
            models = new[]
            {
                new
                {
                    name = "tiny", purpose = "a test", licence = "MIT", source = "here", notice = (string?)null,
                    files = new[] { new { path = file, bytes = bytes.Length, sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) } },
                },
            },
        }));
        return models;
    }

    private static BadInputException Refused(Action action)
    {
        var refusal = Assert.Throws<BadInputException>(action);
        Assert.DoesNotContain('\n', refusal.Message);
        return refusal;
    }

    [Fact]
    public void Committed_models_are_those_of_the_manifest()
    {
        var folder = ModelFolder.Find(Repository.Path("models"));
        Assert.Equal(["silero-vad", "whisper-base", "inflection", "text"], folder.Models.Select(m => m.Name));
        Assert.All(folder.Files, f => Assert.Equal(ModelFileStatus.Ok, f.Check()));
        Assert.All(folder.Models, m => Assert.NotEqual("unknown", m.Licence));
        var listed = folder.Files.Select(f => f.FullPath).ToHashSet();
        var present = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetDirectoryName(f) != folder.Path && !f.StartsWith(Path.Combine(folder.Path, "tools")));
        Assert.Equal(listed.Order(), present.Order());
    }

    [Fact]
    public void Every_committed_graph_loads_and_has_the_ends_that_the_manifest_lists()
    {
        using var sessions = new ModelSessions(ModelFolder.Find(Repository.Path("models")));
        foreach (var file in sessions.Folder.Files.Where(f => f.Name.EndsWith(".onnx", StringComparison.Ordinal)))
        {
            var session = sessions.Open(file.Name);
            Assert.Same(session, sessions.Open(file.Name));
            Assert.Equal(file.Entry.Inputs!.Select(t => t.Name).Order(), session.InputNames.Order());
            Assert.Equal(file.Entry.Outputs!.Select(t => t.Name).Order(), session.OutputNames.Order());
        }
    }

    [Fact]
    public void Folder_is_found_beside_the_program_then_above_it()
    {
        var models = Models();
        var program = Directory.CreateDirectory(Path.Combine(_root, "bin", "deep")).FullName;
        Assert.Equal(models, ModelFolder.Find(null, _root).Path);
        Assert.Equal(models, ModelFolder.Find(null, program).Path);
        Assert.Equal(models, ModelFolder.Find(models, "/").Path);
    }

    [Fact]
    public void Right_file_is_read()
    {
        var file = ModelFolder.Find(Models())["tiny/graph.onnx"];
        Assert.Equal("not a graph"u8.ToArray(), file.Read());
        Assert.Equal("MIT", file.Model.Licence);
    }

    [Fact]
    public void Missing_file_is_named()
    {
        var file = ModelFolder.Find(Models())["tiny/graph.onnx"];
        File.Delete(file.FullPath);
        Assert.Equal(ModelFileStatus.Missing, file.Check());
        var refusal = Refused(() => file.Require());
        Assert.Contains(file.FullPath, refusal.Cause);
        Assert.Contains("missing", refusal.Cause);
        Assert.Contains("restore", refusal.Remedy);
    }

    [Theory]
    [InlineData("not a graph, longer", "19 bytes")]
    [InlineData("not a grape", "SHA-256")]
    public void Changed_file_is_named(string content, string cause)
    {
        var file = ModelFolder.Find(Models())["tiny/graph.onnx"];
        File.WriteAllText(file.FullPath, content);
        Assert.Equal(ModelFileStatus.Changed, file.Check());
        Assert.Contains(cause, Refused(() => file.Read()).Cause);
    }

    [Fact]
    public void Unreadable_file_is_named()
    {
        var file = ModelFolder.Find(Models())["tiny/graph.onnx"];
        File.Delete(file.FullPath);
        Directory.CreateDirectory(file.FullPath);
        Assert.Equal(ModelFileStatus.Unreadable, file.Check());
        Assert.Contains("cannot be read", Refused(() => file.Require()).Cause);
    }

    [Fact]
    public void File_that_is_no_graph_is_refused_also_the_second_time()
    {
        using var sessions = new ModelSessions(ModelFolder.Find(Models()));
        for (var i = 0; i < 2; i++)
            Assert.Contains("graph.onnx: ONNX Runtime cannot load it", Refused(() => sessions.Open("tiny/graph.onnx")).Cause);
    }

    [Fact]
    public void Folder_without_a_manifest_is_refused()
    {
        Assert.Contains("cannot be read", Refused(() => ModelFolder.Find(_root)).Cause);
        Assert.Contains("no models/manifest.json", Refused(() => ModelFolder.Find(null, _root)).Cause);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"models":[{"name":"x"}]}""")]
    [InlineData("""{"models":[{"name":"../x","purpose":"","licence":"","source":"","notice":null,"files":[]}]}""")]
    [InlineData("""
        {"models":[{"name":"x","purpose":"","licence":"","source":"","notice":null,
          "files":[{"path":"../../y","bytes":1,"sha256":""}]}]}
        """)]
    [InlineData("""
        {"models":[{"name":"x","purpose":"","licence":"","source":"","notice":null,
          "files":[{"path":"y","bytes":1,"sha256":""},{"path":"y","bytes":1,"sha256":""}]}]}
        """)]
    public void Manifest_that_is_none_is_refused(string manifest) =>
        Assert.Contains("not a model manifest", Refused(() => ModelFolder.Find(Models(manifest: manifest))).Cause);

    [Fact]
    public void File_that_the_manifest_does_not_list_is_refused() =>
        Assert.Contains("no file tiny/other", Refused(() => _ = ModelFolder.Find(Models())["tiny/other"]).Cause);
}
