using System.Security.Cryptography;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inflection;

namespace SpeechQA.Host;

/// <summary>The inflection model of a command, with what its licence asks to be said.</summary>
/// <param name="Model">Null: prosody alone.</param>
/// <param name="Notice">One line, or null.</param>
/// <param name="Fingerprint">Of the graph: first 16 hex digits of its SHA-256; what was learnt with another does not fit.</param>
internal sealed record InflectionHead(InflectionModel? Model, string? Notice, string Fingerprint = "") : IDisposable
{
    private const string Name = "inflection";

    /// <param name="path">A folder with <c>config.json</c> and its graph; <c>none</c>; null: the one among the models.</param>
    /// <exception cref="Engine.Core.BadInputException">It cannot be used.</exception>
    public static InflectionHead Open(string? path, ModelSessions sessions)
    {
        if (path == "none") return new InflectionHead(null, null);
        if (path is not null)
        {
            var own = InflectionConfig.Read(Path.Combine(path, "config.json"));
            return new InflectionHead(InflectionModel.OpenFolder(sessions, path, own), null, FingerprintOf(Path.Combine(path, own.Model)));
        }
        var config = InflectionConfig.Read(sessions.Folder[$"{Name}/config.json"].Require());
        var entry = sessions.Folder.Models.First(m => m.Name == Name);
        return new InflectionHead(InflectionModel.Open(sessions, Name, config),
            $"{Name}: licence {entry.Licence}{(entry.Notice is null ? "" : $". {entry.Notice}")}",
            FingerprintOf(sessions.Folder[$"{Name}/{config.Model}"].FullPath));
    }

    private static string FingerprintOf(string graph)
    {
        using var file = File.OpenRead(graph);
        return Convert.ToHexStringLower(SHA256.HashData(file))[..16];
    }

    public void Dispose() => Model?.Dispose();
}
