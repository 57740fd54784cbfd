using System.Text.Encodings.Web;
using System.Text.Json;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Analysis;
using SpeechQA.Host.Api;

namespace SpeechQA.Host.Output;

/// <summary>
/// Writes an analysed call as one line of JSON: <c>call</c>, <c>utterances</c>, <c>alerts</c>, <c>warnings</c>, <c>facts</c>. Times are
/// seconds from the start of the call, rounded to three decimals. The same call gives the same bytes.
/// </summary>
internal static class CallJson
{
    // Readable in any language: the output is a document of its own, never pasted into HTML.
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The names of call.scored.
    private static readonly JsonSerializerOptions FactFormat = new(ApiJson.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteLine(Stream output, CallAnalysis call)
    {
        using (var json = new Utf8JsonWriter(output, Format)) Write(json, call);
        output.WriteByte((byte)'\n');
        output.Flush();
    }

    private static void Write(Utf8JsonWriter json, CallAnalysis call)
    {
        json.WriteStartObject();
        WriteCall(json, call);
        json.WriteStartArray("utterances");
        foreach (var said in call.Utterances) WriteUtterance(json, said);
        json.WriteEndArray();
        json.WriteStartArray("alerts");
        foreach (var alert in call.Alerts) WriteAlert(json, alert);
        json.WriteEndArray();
        json.WritePropertyName("warnings");
        JsonSerializer.Serialize(json, call.Warnings, FactFormat);
        json.WritePropertyName("facts");
        if (call.Facts is null) json.WriteNullValue();
        else JsonSerializer.Serialize(json, call.Facts, FactFormat);
        json.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter json, CallAnalysis call)
    {
        json.WriteStartObject("call");
        json.WriteString("source", call.Source);
        json.WriteString("language", call.Language);
        json.WriteNumber("duration", Math.Round(call.Duration, 3));
        json.WriteStartArray("parties");
        foreach (var party in call.Parties) json.WriteStringValue(Name(party));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteUtterance(Utf8JsonWriter json, Utterance said)
    {
        json.WriteStartObject();
        json.WriteNumber("leg", said.Leg);
        json.WriteString("party", Name(said.Party));
        WriteSpan(json, said.Start, said.End);
        json.WriteString("text", said.Text);
        json.WriteString("language", said.Language);
        json.WriteNumber("confidence", Math.Round(said.Confidence, 3));
        json.WriteStartArray("words");
        foreach (var word in said.Words)
        {
            json.WriteStartObject();
            json.WriteString("text", word.Text.Trim());
            WriteSpan(json, word.Start, word.End);
            json.WriteNumber("confidence", Math.Round(word.Confidence, 3));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAlert(Utf8JsonWriter json, Alert alert)
    {
        json.WriteStartObject();
        json.WriteString("rule", alert.Rule);
        json.WriteString("version", alert.Version);
        json.WriteString("severity", Name(alert.Severity));
        WriteLeg(json, alert.Leg);
        json.WriteString("party", Name(alert.Party));
        WriteSpan(json, alert.Start, alert.End);
        json.WriteString("summary", alert.Summary);
        json.WriteStartObject("evidence");
        json.WriteNumber("decided", Seconds(alert.Decided));
        json.WriteStartArray("items");
        foreach (var item in alert.Evidence) WriteEvidence(json, item);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteEvidence(Utf8JsonWriter json, Evidence item)
    {
        json.WriteStartObject();
        json.WriteString("kind", item.Kind);
        WriteLeg(json, item.Leg);
        json.WriteString("party", Name(item.Party));
        WriteSpan(json, item.Start, item.End);
        if (item.Text is not null) json.WriteString("text", item.Text);
        if (item.Pattern is not null) json.WriteString("pattern", item.Pattern);
        json.WriteString("how", item.How);
        if (item.Value is { } value) json.WriteNumber("value", Math.Round(value, 3));
        if (item.Limit is { } limit) json.WriteNumber("limit", Math.Round(limit, 3));
        if (item.Unit is not null) json.WriteString("unit", item.Unit);
        if (item.Confidence is { } confidence) json.WriteNumber("confidence", Math.Round(confidence, 3));
        json.WriteEndObject();
    }

    /// <summary>Null for what is about the call.</summary>
    private static void WriteLeg(Utf8JsonWriter json, int leg)
    {
        if (leg < 0) json.WriteNull("leg");
        else json.WriteNumber("leg", leg);
    }

    private static void WriteSpan(Utf8JsonWriter json, long start, long end)
    {
        json.WriteNumber("start", Seconds(start));
        json.WriteNumber("end", Seconds(end));
    }

    /// <summary>Seconds with three decimals.</summary>
    public static double Seconds(long position) => Math.Round(AudioTime.Seconds(position), 3);

    /// <summary>The name in JSON, as in the API.</summary>
    public static string Name(Party party) => party switch
    {
        Party.Agent => "agent",
        Party.Customer => "customer",
        _ => "unknown",
    };

    /// <inheritdoc cref="Name(Party)"/>
    public static string Name(Severity severity) => severity switch
    {
        Severity.Critical => "critical",
        Severity.Warning => "warning",
        _ => "info",
    };
}
