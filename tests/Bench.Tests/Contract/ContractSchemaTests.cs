using System.Text.Json.Nodes;
using SpeechQA.Bench.Commands;
using SpeechQA.Bench.Contract;
using SpeechQA.Host.Tests;

namespace SpeechQA.Bench.Tests.Contract;

/// <summary>The committed JSON Schema is that of the records that are written.</summary>
public sealed class ContractSchemaTests
{
    private const string Definitions = "#/$defs/";

    [Fact]
    public void The_committed_schema_is_the_one_of_the_records() => Assert.True(
        File.ReadAllText(Repository.Path(ContractSchema.Path)) == ContractSchema.Text(),
        $"{ContractSchema.Path} is not that of the records; see what changed, write it anew with '{BenchCommands.Program} schema "
        + $"{ContractSchema.Path}' and tell docs/api.md and CHANGELOG.md");

    [Fact]
    public void Every_reference_is_to_a_definition()
    {
        var schema = JsonNode.Parse(ContractSchema.Text())!;
        var references = Of(schema).ToList();
        Assert.NotEmpty(references);
        Assert.All(references, r => Assert.StartsWith(Definitions, r, StringComparison.Ordinal));
        Assert.All(references, r => Assert.NotNull(schema["$defs"]![r[Definitions.Length..]]));
    }

    private static IEnumerable<string> Of(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => m.Key == "$ref" ? [m.Value!.GetValue<string>()] : Of(m.Value)),
        JsonArray items => items.SelectMany(Of),
        _ => [],
    };
}
