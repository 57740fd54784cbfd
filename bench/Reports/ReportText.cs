using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SpeechQA.Bench.Reports;

/// <summary>How figures are written in reports.</summary>
internal static class ReportText
{
    /// <summary>How reports are stored: readable by people, too.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    public static string Text(int n) => n.ToString(CultureInfo.InvariantCulture);

    /// <summary>Two decimals, or a dash for nothing.</summary>
    public static string Text(double? x) => x is { } value ? value.ToString("F2", CultureInfo.InvariantCulture) : "-";
}
