using System.Text.Json;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Inference.Models;

/// <summary>What <c>models/manifest.json</c> says: one entry per model folder, one line per file.</summary>
internal sealed record ModelManifest(IReadOnlyList<ModelEntry> Models)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="BadInputException">The file is missing, unreadable or not a manifest.</exception>
    public static ModelManifest Read(string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<ModelManifest>(File.ReadAllBytes(path), Json) ?? throw new JsonException("empty");
            manifest.Validate();
            return manifest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read ({e.Message})", ModelFile.Remedy, e);
        }
        catch (JsonException e)
        {
            throw new BadInputException($"{path}: not a model manifest ({e.Message})", ModelFile.Remedy, e);
        }
    }

    private void Validate()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var model in Models)
        {
            if (!IsInside(model.Name)) throw new JsonException($"model name {model.Name}");
            foreach (var file in model.Files)
                if (!IsInside(file.Path) || !names.Add($"{model.Name}/{file.Path}"))
                    throw new JsonException($"file {model.Name}/{file.Path}");
        }
    }

    /// <summary>A relative path that does not leave its folder.</summary>
    private static bool IsInside(string path) =>
        path.Length > 0 && !Path.IsPathRooted(path) && !path.Split('/', '\\').Contains("..");
}

/// <summary>One model: a folder under <c>models/</c>.</summary>
/// <param name="Name">The folder's name, e.g. <c>whisper-base</c>.</param>
/// <param name="Purpose">What it does, a few words.</param>
/// <param name="Licence">SPDX expression, or words where there is none.</param>
/// <param name="Source">Where weights and files come from.</param>
/// <param name="Notice">A restriction that must be shown to the user, if any.</param>
public sealed record ModelEntry(
    string Name,
    string Purpose,
    string Licence,
    string Source,
    string? Notice,
    IReadOnlyList<ModelFileEntry> Files);

/// <param name="Path">Relative to the model's folder, with forward slashes.</param>
/// <param name="Bytes">Exact size.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Inputs">Of a graph (.onnx); null for other files.</param>
/// <param name="Outputs">Of a graph (.onnx); null for other files.</param>
public sealed record ModelFileEntry(
    string Path,
    long Bytes,
    string Sha256,
    IReadOnlyList<TensorContract>? Inputs = null,
    IReadOnlyList<TensorContract>? Outputs = null);

/// <summary>A graph's input or output.</summary>
/// <param name="Type">ONNX element type, e.g. <c>float32</c>, <c>int64</c>.</param>
/// <param name="Shape">Numbers, or names of free dimensions.</param>
public sealed record TensorContract(string Name, string Type, IReadOnlyList<string> Shape);
