using Microsoft.Extensions.Logging;

namespace SpeechQA.Engine.Tests.Fakes;

/// <summary>A log that keeps the exceptions of its lines.</summary>
internal sealed class FaultLog : ILogger
{
    public List<string> Faults { get; } = [];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (exception is not null) Faults.Add(exception.Message);
    }
}
