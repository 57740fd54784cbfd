using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Conversation.Contract;
using SpeechQA.Host.Live;

namespace SpeechQA.Bench.Contract;

/// <summary>JSON Schema (draft 2020-12) of what the program writes: each record of the product is a definition of its name.</summary>
internal sealed class ContractSchema
{
    /// <summary>Where it is committed.</summary>
    public const string Path = "docs/contract.schema.json";

    /// <summary>What a reader gets as a whole: events of a call, documents of <c>analyze</c>, a call and an alert in lists.</summary>
    private static readonly Type[] Roots = [typeof(CallEvent), typeof(CallDocument), typeof(CallSummary), typeof(AlertSummary)];

    // Numbers are written as numbers.
    private static readonly JsonSerializerOptions Written = new(ContractJson.Options) { NumberHandling = JsonNumberHandling.Strict };

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly SortedDictionary<string, JsonNode> _definitions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonNode> _told = [];

    /// <summary>The schema as text, always the same for the same records.</summary>
    public static string Text() => new ContractSchema().Create().ToJsonString(Format) + "\n";

    private JsonObject Create()
    {
        var exporter = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transformed };
        foreach (var root in Roots)
        {
            _told.Clear();
            Written.GetJsonSchemaAsNode(root, exporter);
        }
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "SpeechQA: events of calls, documents of analyze, calls and alerts in lists",
            ["anyOf"] = new JsonArray([.. Roots.Select(root => Reference(root.Name))]),
            ["$defs"] = new JsonObject(_definitions.Select(d => KeyValuePair.Create<string, JsonNode?>(d.Key, d.Value))),
        };
    }

    // The exporter points at the place where it has told the same type before: these places are not in the definitions.
    private JsonNode Transformed(JsonSchemaExporterContext context, JsonNode node)
    {
        var told = node["$ref"] is { } place ? _told[place.GetValue<string>()] : Defined(context, node);
        _told[context.Path.IsEmpty ? "#" : $"#/{string.Join('/', context.Path)}"] = told;
        return ReferenceEquals(told, node) ? node : told.DeepClone();
    }

    private JsonNode Defined(JsonSchemaExporterContext context, JsonNode node)
    {
        var type = context.TypeInfo.Type;
        if (node is not JsonObject schema
            || type.Namespace?.StartsWith(nameof(SpeechQA), StringComparison.Ordinal) != true) return node;
        if (!schema.ContainsKey("properties") && !schema.ContainsKey("anyOf")) return node;
        var nullable = schema["type"] is JsonArray;
        if (nullable) schema["type"] = "object";
        if (schema["properties"] is JsonObject members) schema["required"] = Required(context.TypeInfo.Properties, members);
        _definitions[type.Name] = schema;
        var reference = Reference(type.Name);
        return nullable ? new JsonObject { ["anyOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) } : reference;
    }

    /// <summary>Every member is written, also a null, except those that say otherwise.</summary>
    private static JsonArray Required(IEnumerable<JsonPropertyInfo> known, JsonObject members)
    {
        var seldom = known.Where(p => p.AttributeProvider?.IsDefined(typeof(JsonIgnoreAttribute), true) == true)
            .Select(p => p.Name).ToHashSet();
        return [.. members.Select(m => m.Key).Where(name => !seldom.Contains(name)).Select(name => JsonValue.Create(name))];
    }

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/$defs/{name}" };
}
