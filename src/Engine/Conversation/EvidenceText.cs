using System.Globalization;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Conversation;

/// <summary>Evidence in a few words for a person.</summary>
internal static class EvidenceText
{
    /// <summary>All evidence of an alert in one line.</summary>
    public static string Summary(IEnumerable<Evidence> evidence) => string.Join("; ", evidence.Select(Say).Distinct());

    public static string Say(Evidence evidence) => evidence.Kind switch
    {
        "notSaid" => string.Create(CultureInfo.InvariantCulture, $"not said within {evidence.Limit:0.#} s"),
        "silence" => string.Create(CultureInfo.InvariantCulture, $"nobody spoke for {evidence.Value:0.0} s"),
        "talkOver" => string.Create(CultureInfo.InvariantCulture, $"both spoke for {evidence.Value:0.0} s, {Second(evidence)}"),
        "pace" => string.Create(CultureInfo.InvariantCulture,
            $"{evidence.Value:0} words a minute for {AudioTime.Seconds(evidence.End - evidence.Start):0.0} s"),
        "inflection" => string.Create(CultureInfo.InvariantCulture, $"anger heard in the voice, score {evidence.Value:0.00}"),
        "raisedVoice" => evidence.How,
        "sentiment" => string.Create(CultureInfo.InvariantCulture, $"{evidence.How}, {evidence.Value:0.00}"),
        "secret" => $"{evidence.Pattern} spoken ({evidence.How})",
        _ => $"\"{evidence.Text}\"",
    };

    /// <summary>
    /// How a match by sound was made: what the audio was asked for and how much more or less likely it is than the transcript.
    /// </summary>
    public static string Sound(PhoneticMatch sound) =>
        string.Create(CultureInfo.InvariantCulture, $"sounds like '{sound.Reading}' (verified, {sound.Difference:+0.0;-0.0;0.0})");

    /// <summary>Said of words that only bias wrote.</summary>
    public static string Bias(double? difference) =>
        difference is { } d
            ? string.Create(CultureInfo.InvariantCulture, $", written with the vocabulary's help (verified, {d:+0.0;-0.0;0.0})")
            : "";

    private static string Second(Evidence evidence) =>
        evidence.Party == Party.Unknown ? "one into the other's words" : $"the {PartyName.Of(evidence.Party)} into the other's words";
}
