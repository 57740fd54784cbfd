using Microsoft.Extensions.Logging;

namespace SpeechQA.Engine.Tests.Fakes;

/// <summary>Remembers what is logged as an error.</summary>
internal sealed class ErrorLines : ILogger
{
    private readonly List<string> _lines = [];

    /// <summary>The lines so far, without their exceptions.</summary>
    public IReadOnlyList<string> Lines
    {
        get { lock (_lines) return [.. _lines]; }
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (logLevel < LogLevel.Error) return;
        lock (_lines) _lines.Add(formatter(state, exception));
    }
}
