using System.Text.Json;

namespace SpeechQA.Bench.Tests;

/// <summary>Figures of another implementation, committed beside the tests.</summary>
internal static class GoldenFile
{
    /// <param name="folder">Folder of the tests that hold it.</param>
    public static JsonElement Read(string folder, string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, folder, "Golden", name))).RootElement;

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
