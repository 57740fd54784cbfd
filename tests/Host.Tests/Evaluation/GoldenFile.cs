using System.Text.Json;

namespace SpeechQA.Host.Tests.Evaluation;

internal static class GoldenFile
{
    public static JsonElement Read(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Evaluation", "Golden", name))).RootElement;

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
