using Microsoft.Extensions.Logging.Abstractions;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;

namespace SpeechQA.Host;

/// <summary>
/// Keeps the site's calm voices in their file: writes what is new twice a minute, and at the end. A file that cannot be
/// written is said once and tried again.
/// </summary>
internal sealed partial class SiteBaselineFile : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly string _path;
    private readonly Lock _writing = new();
    private bool _failing;

    public SiteBaselineFile(SiteBaselines baselines, string path, TimeProvider time, ILogger logger)
    {
        (Baselines, _path, _logger) = (baselines, path, logger);
        _timer = time.CreateTimer(static keeper => ((SiteBaselineFile)keeper!).WriteUnattended(), this, Period, Period);
    }

    public SiteBaselines Baselines { get; }

    /// <exception cref="BadInputException">There is no model that would use it, or the file may not be read.</exception>
    public static SiteBaselineFile Open(string path, InflectionHead head, TimeProvider time, ILoggerFactory? logs)
    {
        if (head.Model is null)
            throw new BadInputException("--site keeps what the inflection model hears, and there is none",
                "leave --site out, or --inflection none");
        var logger = logs?.CreateLogger<SiteBaselineFile>() ?? NullLogger<SiteBaselineFile>.Instance;
        var baselines = new SiteBaselines(path, head.Fingerprint);
        if (baselines.Fault is not null) LogFault(logger, baselines.Fault);
        return new SiteBaselineFile(baselines, path, time, logger);
    }

    /// <summary>Writes what has not been written.</summary>
    public void Write()
    {
        lock (_writing)
        {
            if (!Baselines.HasChanged) return;
            try
            {
                Baselines.Save();
                _failing = false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (!_failing) LogNotWritten(_logger, _path, e.Message);
                _failing = true;
            }
        }
    }

    /// <summary>Writes for the last time.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        WriteUnattended();
    }

    /// <summary>A file that could not be written is told by <see cref="Write"/>; nothing else may end the process either.</summary>
    private void WriteUnattended() => UnattendedWork.Run("site", _logger, Write);

    [LoggerMessage(20, LogLevel.Warning, "{Fault}")]
    private static partial void LogFault(ILogger logger, string fault);

    [LoggerMessage(21, LogLevel.Warning,
        "{Path}: the site's calm voices cannot be written ({Cause}); free the file or its folder: it is tried again.")]
    private static partial void LogNotWritten(ILogger logger, string path, string cause);
}
