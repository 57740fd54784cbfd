using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Reading;
using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Rules;

/// <summary>
/// The rules of a file or folder, read again when it changes. Good rules replace the old ones at once, in running calls
/// from their next utterance on; with any mistake the old rules stay in force and the errors are reported.
/// </summary>
/// <remarks>
/// The file system's notices wake it, 0.3 s after the last of a burst; where there are none (network shares, used-up
/// watches) it looks every 5 s. Either way it reads only when names, sizes or times of the files have changed.
/// </remarks>
public sealed partial class RuleFolder : IRuleSource, IDisposable
{
    /// <summary>Label of <see cref="EngineMetrics.Failures"/>.</summary>
    private const string Place = "rules";

    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly TextModel? _text;
    private readonly ILogger _logger;
    private readonly Lock _reading = new();
    private readonly ITimer _settled;
    private readonly ITimer _poll;
    private readonly FileSystemWatcher? _watcher;
    private string _fingerprint;
    private volatile RuleSet _current;
    private long _reloads;
    private long _rejected;

    /// <summary>Reads the rules. Throws <see cref="BadInputException"/> when they are not valid: there are no old ones yet.</summary>
    /// <param name="text">Compiles conditions on meaning before calls need them; null: nobody does.</param>
    /// <param name="logger">Told when a change could not be read because of an internal error.</param>
    public RuleFolder(string path, TimeProvider time, TextModel? text = null, ILogger? logger = null)
    {
        (_path, _text, _logger) = (path, text, logger ?? NullLogger.Instance);
        _fingerprint = Fingerprint();
        _current = RuleReader.Load(path, text);
        _settled = time.CreateTimer(_ => LookUnattended(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _poll = time.CreateTimer(_ => LookUnattended(), null, Poll, Poll);
        _watcher = Watch();
    }

    /// <summary>The newest valid rules.</summary>
    public RuleSet Current => _current;

    /// <summary>How often changed rules came into force.</summary>
    public long Reloads => Interlocked.Read(ref _reloads);

    /// <summary>How often changed rules were refused.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>How a change is read.</summary>
    internal Func<string, TextModel?, RuleReading> Reader { get; init; } = RuleReader.Read;

    /// <summary>Told after every change that was read, good or bad, on a timer's thread.</summary>
    public event Action<RuleReading>? Changed;

    /// <summary>Looks now whether the files have changed, and reads them if so.</summary>
    public void Look()
    {
        RuleReading reading;
        lock (_reading)
        {
            var fingerprint = Fingerprint();
            if (fingerprint == _fingerprint) return;
            // Before they are read: files that the reader fails on are not read again and again.
            _fingerprint = fingerprint;
            reading = Reader(_path, _text);
            if (reading.Set is { } set)
            {
                _current = set;
                Interlocked.Increment(ref _reloads);
            }
            else
            {
                Interlocked.Increment(ref _rejected);
            }
        }
        Changed?.Invoke(reading);
    }

    /// <summary>On a timer's thread, where a fault would end the process.</summary>
    private void LookUnattended()
    {
        try
        {
            Look();
        }
        catch (Exception e)
        {
            EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", Place));
            LogNotRead(e, _path);
        }
    }

    /// <summary>Stops looking.</summary>
    public void Dispose()
    {
        _watcher?.Dispose();
        _settled.Dispose();
        _poll.Dispose();
    }

    private FileSystemWatcher? Watch()
    {
        try
        {
            var folder = Directory.Exists(_path) ? _path : Path.GetDirectoryName(Path.GetFullPath(_path))!;
            var watcher = new FileSystemWatcher(folder);
            watcher.Changed += Wake;
            watcher.Created += Wake;
            watcher.Deleted += Wake;
            watcher.Renamed += Wake;
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            return null; // polling remains
        }
    }

    private void Wake(object sender, FileSystemEventArgs e)
    {
        try
        {
            _settled.Change(Settle, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The notice was under way when the folder was closed.
        }
    }

    [LoggerMessage(41, LogLevel.Error,
        "{Path}: the changed rules could not be taken because of an internal error; report it. The old ones stay until the files change "
        + "again.")]
    private partial void LogNotRead(Exception fault, string path);

    /// <summary>Names, sizes and times of the files; the reader says what is wrong when they cannot be had.</summary>
    private string Fingerprint()
    {
        try
        {
            var files = Directory.Exists(_path)
                ? new DirectoryInfo(_path).EnumerateFiles().Where(f => f.Extension is ".yaml" or ".yml")
                    .OrderBy(f => f.Name, StringComparer.Ordinal)
                : new[] { new FileInfo(_path) }.Where(f => f.Exists);
            return string.Join('|', files.Select(f =>
                string.Create(CultureInfo.InvariantCulture, $"{f.Name}:{f.Length}:{f.LastWriteTimeUtc.Ticks}")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.GetType().Name;
        }
    }
}
