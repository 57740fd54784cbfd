using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace SpeechQA.Host.Tests;

/// <summary>The committed JSON Schema, by which what was really written is checked.</summary>
internal static class ContractFile
{
    private static readonly JsonNode Schema =
        JsonNode.Parse(File.ReadAllText(Repository.Path("docs", "contract.schema.json")))!;

    /// <summary>Fails where a value is not what the definition of a name says.</summary>
    public static void Holds(string definition, JsonElement value)
    {
        var faults = Faults(definition, value);
        Assert.True(faults.Count == 0, $"no {definition}: {string.Join("; ", faults)} in {value}");
    }

    public static IReadOnlyList<string> Faults(string definition, JsonElement value)
    {
        var schema = JsonSchema.FromText(new JsonObject
        {
            ["$schema"] = Schema["$schema"]!.DeepClone(),
            ["$ref"] = $"#/$defs/{definition}",
            ["$defs"] = Schema["$defs"]!.DeepClone(),
        }.ToJsonString());
        var result = schema.Evaluate(JsonNode.Parse(value.GetRawText()), new EvaluationOptions { OutputFormat = OutputFormat.List });
        if (result.IsValid) return [];
        var told = result.Details.Where(d => d.Errors is not null);
        return [.. told.SelectMany(d => d.Errors!.Values.Select(e => $"{d.InstanceLocation} {e}")), "not valid"];
    }
}
