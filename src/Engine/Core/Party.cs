using System.Text.Json.Serialization;

namespace SpeechQA.Engine.Core;

/// <summary>Who speaks on a leg. JSON: <c>unknown</c>, <c>agent</c>, <c>customer</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Party>))]
public enum Party
{
    [JsonStringEnumMemberName("unknown")] Unknown,
    [JsonStringEnumMemberName("agent")] Agent,
    [JsonStringEnumMemberName("customer")] Customer,
}
