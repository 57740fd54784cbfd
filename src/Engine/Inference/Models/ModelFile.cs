using System.Security.Cryptography;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Inference.Models;

/// <summary>Whether a file under <c>models/</c> is the one the manifest names.</summary>
public enum ModelFileStatus
{
    /// <summary>There, with the size and the hash of the manifest.</summary>
    Ok,

    /// <summary>Not there.</summary>
    Missing,

    /// <summary>Another size or another SHA-256.</summary>
    Changed,

    /// <summary>There, but it cannot be read.</summary>
    Unreadable,
}

/// <summary>A file of a model with what the manifest says of it. Nothing is read before it is asked for.</summary>
public sealed class ModelFile
{
    internal const string Remedy =
        "restore the models folder from the release or the repository (git checkout -- models), or name another folder";

    internal ModelFile(ModelEntry model, ModelFileEntry entry, string fullPath)
    {
        Model = model;
        Entry = entry;
        FullPath = fullPath;
    }

    /// <summary>The model it belongs to.</summary>
    public ModelEntry Model { get; }

    /// <summary>What the manifest says of it.</summary>
    public ModelFileEntry Entry { get; }

    /// <summary>Where it lies.</summary>
    public string FullPath { get; }

    /// <summary>Model and file, e.g. <c>whisper-base/encoder.onnx</c>.</summary>
    public string Name => $"{Model.Name}/{Entry.Path}";

    /// <summary>Compares size and SHA-256 with the manifest.</summary>
    public ModelFileStatus Check() => Check(out _);

    /// <summary>The path of the file after its size and SHA-256 were found right.</summary>
    /// <exception cref="BadInputException">It is missing, changed or unreadable.</exception>
    public string Require()
    {
        var status = Check(out var cause);
        return status == ModelFileStatus.Ok ? FullPath : throw new BadInputException($"{FullPath}: {cause}", Remedy);
    }

    /// <summary>The content of a small file, checked.</summary>
    /// <exception cref="BadInputException">It is missing, changed or unreadable.</exception>
    public byte[] Read()
    {
        var path = Require();
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: model file cannot be read ({e.Message})", Remedy, e);
        }
    }

    private ModelFileStatus Check(out string cause)
    {
        try
        {
            using var stream = File.OpenRead(FullPath);
            if (stream.Length != Entry.Bytes)
            {
                cause = $"model file has {stream.Length} bytes where the manifest says {Entry.Bytes}";
                return ModelFileStatus.Changed;
            }
            var sha = Convert.ToHexStringLower(SHA256.HashData(stream));
            cause = $"model file has SHA-256 {sha} where the manifest says {Entry.Sha256}";
            return sha == Entry.Sha256 ? ModelFileStatus.Ok : ModelFileStatus.Changed;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            cause = "model file is missing";
            return ModelFileStatus.Missing;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            cause = $"model file cannot be read ({e.Message})";
            return ModelFileStatus.Unreadable;
        }
    }
}
