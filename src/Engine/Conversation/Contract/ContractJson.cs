using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SpeechQA.Engine.Conversation.Contract;

/// <summary>
/// How everything that leaves the program as JSON is written, and how it is read: camelCase names, lower-case enums, nothing unknown.
/// The API, the hub and the documents of <c>analyze</c> use it; docs/contract.schema.json is made of it.
/// </summary>
public static class ContractJson
{
    /// <summary>Of the API.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Of documents: one line that is readable in any language, because it stands for itself and never in HTML.</summary>
    public static JsonSerializerOptions Document { get; } = Create(JavaScriptEncoder.UnsafeRelaxedJsonEscaping);

    /// <summary>Puts the options of others in force here, such as those of a web framework.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = 16;
    }

    private static JsonSerializerOptions Create(JavaScriptEncoder? encoder = null)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = encoder };
        Configure(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
