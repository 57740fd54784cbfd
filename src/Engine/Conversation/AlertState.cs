using System.Text.Json.Serialization;

namespace SpeechQA.Engine.Conversation;

/// <summary>What a person has done about an alert. JSON: <c>open</c>, <c>acknowledged</c>, <c>wrong</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertState>))]
public enum AlertState
{
    /// <summary>Nobody has done anything about it.</summary>
    [JsonStringEnumMemberName("open")] Open,

    /// <summary>Seen and taken care of.</summary>
    [JsonStringEnumMemberName("acknowledged")] Acknowledged,

    /// <summary>It should not have been raised.</summary>
    [JsonStringEnumMemberName("wrong")] Wrong,
}
