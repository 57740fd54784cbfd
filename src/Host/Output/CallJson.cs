using System.Text.Json;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Conversation.Contract;
using SpeechQA.Host.Analysis;

namespace SpeechQA.Host.Output;

/// <summary>Writes an analysed call as one line of JSON, a <see cref="CallDocument"/>.</summary>
internal static class CallJson
{
    public static void WriteLine(Stream output, CallAnalysis call)
    {
        JsonSerializer.Serialize(output, DocumentOf(call), ContractJson.Document);
        output.WriteByte((byte)'\n');
        output.Flush();
    }

    // Numbered in the document's order: in which order the legs raised their alerts hangs on the machine.
    private static CallDocument DocumentOf(CallAnalysis call) => new(
        new CallHeading(call.Source, call.Language, Math.Round(call.Duration, 3), call.Parties),
        [.. call.Utterances.Select(UtteranceInfo.Of)],
        [.. call.Alerts.Select((alert, i) => AlertInfo.Of(alert.Numbered(i + 1)))],
        call.Warnings, call.Facts);
}
