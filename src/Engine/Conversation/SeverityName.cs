namespace SpeechQA.Engine.Conversation;

/// <summary>Severities as they are written, everywhere the same.</summary>
public static class SeverityName
{
    internal const string Info = "info", Warning = "warning", Critical = "critical";

    /// <summary>The name of a severity.</summary>
    public static string Of(Severity severity) => severity switch
    {
        Severity.Critical => Critical,
        Severity.Warning => Warning,
        _ => Info,
    };
}
