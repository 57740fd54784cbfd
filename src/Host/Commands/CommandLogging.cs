using Microsoft.Extensions.Logging.Console;

namespace SpeechQA.Host.Commands;

/// <summary>Logs of commands: one line each, on stderr, only what somebody should look at unless more is asked for.</summary>
internal static class CommandLogging
{
    public static Action<ILoggingBuilder> Configure(bool verbose) => logging => logging
        .SetMinimumLevel(verbose ? LogLevel.Information : LogLevel.Warning)
        // A start that fails is told by the command, in one line.
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", verbose ? LogLevel.Information : LogLevel.None)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        })
        .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}
