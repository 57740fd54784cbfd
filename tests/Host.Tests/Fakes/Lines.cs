using Microsoft.Extensions.Logging;

namespace SpeechQA.Host.Tests.Fakes;

/// <summary>A log that keeps its lines.</summary>
internal sealed class Lines : ILogger, ILoggerFactory, ILoggerProvider
{
    private readonly List<string> _said = [];

    public IReadOnlyList<string> Said
    {
        get
        {
            lock (_said) return [.. _said];
        }
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        lock (_said) _said.Add($"{formatter(state, exception)} {exception?.Message}".TrimEnd());
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
