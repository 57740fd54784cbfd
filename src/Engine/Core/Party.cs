using System.Text.Json.Serialization;

namespace SpeechQA.Engine.Core;

/// <summary>Who speaks on a leg. JSON: <c>unknown</c>, <c>agent</c>, <c>customer</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Party>))]
public enum Party
{
    /// <summary>Not known, or both (a one-channel recording).</summary>
    [JsonStringEnumMemberName(PartyName.Unknown)] Unknown,

    /// <summary>Who works there.</summary>
    [JsonStringEnumMemberName(PartyName.Agent)] Agent,

    /// <summary>Who calls, or is called.</summary>
    [JsonStringEnumMemberName(PartyName.Customer)] Customer,
}
