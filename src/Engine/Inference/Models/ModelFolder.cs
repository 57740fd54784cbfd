using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Inference.Models;

/// <summary>
/// The folder of models. It is the one named explicitly; else <c>models</c> beside the program; else <c>models</c> in a
/// folder above the program (a checkout). A folder of models is one that holds <c>manifest.json</c>.
/// </summary>
public sealed class ModelFolder
{
    private readonly Dictionary<string, ModelFile> _files;

    private ModelFolder(string path)
    {
        Path = path;
        Models = ModelManifest.Read(System.IO.Path.Combine(path, ManifestName)).Models;
        _files = Models
            .SelectMany(m => m.Files, (m, f) => new ModelFile(m, f, System.IO.Path.Combine(path, m.Name, f.Path)))
            .ToDictionary(f => f.Name, StringComparer.Ordinal);
    }

    internal const string ManifestName = "manifest.json";

    /// <summary>Full path of the folder.</summary>
    public string Path { get; }

    /// <summary>Models in the order of the manifest.</summary>
    public IReadOnlyList<ModelEntry> Models { get; }

    /// <summary>All files of all models in the order of the manifest.</summary>
    public IEnumerable<ModelFile> Files => _files.Values;

    /// <param name="path">An explicit folder, or null to look beside and above the program.</param>
    /// <exception cref="BadInputException">There is no manifest, or it cannot be read.</exception>
    public static ModelFolder Find(string? path = null) => Find(path, AppContext.BaseDirectory);

    internal static ModelFolder Find(string? path, string baseDirectory)
    {
        if (path is not null) return new ModelFolder(System.IO.Path.GetFullPath(path));
        for (var at = new DirectoryInfo(baseDirectory); at is not null; at = at.Parent)
        {
            var candidate = System.IO.Path.Combine(at.FullName, "models");
            if (File.Exists(System.IO.Path.Combine(candidate, ManifestName))) return new ModelFolder(candidate);
        }
        throw new BadInputException(
            $"no models/{ManifestName} beside {baseDirectory} or above it", ModelFile.Remedy);
    }

    /// <summary>A file by model and name, e.g. <c>whisper-base/encoder.onnx</c>.</summary>
    /// <exception cref="BadInputException">The manifest does not list it.</exception>
    public ModelFile this[string name] =>
        _files.TryGetValue(name, out var file)
            ? file
            : throw new BadInputException(
                $"{System.IO.Path.Combine(Path, ManifestName)}: no file {name}", "add it with models/tools/manifest.py");
}
