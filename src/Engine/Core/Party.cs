using System.Text.Json.Serialization;

namespace SpeechQA.Engine.Core;

/// <summary>Who speaks on a leg. JSON: <c>unknown</c>, <c>agent</c>, <c>customer</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Party>))]
public enum Party
{
    [JsonStringEnumMemberName(PartyName.Unknown)] Unknown,
    [JsonStringEnumMemberName(PartyName.Agent)] Agent,
    [JsonStringEnumMemberName(PartyName.Customer)] Customer,
}
