namespace SpeechQA.Host.Output;

/// <summary>
/// Log of a command that runs to its end: warnings and errors as single lines on standard error. Counts the errors, so
/// that a command in which something of the program failed does not answer "done".
/// </summary>
internal sealed class ErrorLines(Action<string> write, bool traces) : ILoggerProvider, ILogger
{
    private int _count;

    /// <summary>Errors of the program so far.</summary>
    public int Count => Volatile.Read(ref _count);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        if (logLevel >= LogLevel.Error) Interlocked.Increment(ref _count);
        var cause = exception is null ? "" : traces
            ? $"{Environment.NewLine}{exception}"
            : $" ({exception.Message.ReplaceLineEndings(" ")})";
        write($"{(logLevel >= LogLevel.Error ? "error" : "warning")}: {formatter(state, exception)}{cause}");
    }

    public void Dispose()
    {
    }
}
