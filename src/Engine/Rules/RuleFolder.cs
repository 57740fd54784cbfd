using System.Globalization;
using SpeechQA.Engine.Meaning;
using SpeechQA.Engine.Rules.Reading;

namespace SpeechQA.Engine.Rules;

/// <summary>
/// The rules of a file or folder, read again when it changes. Good rules replace the old ones at once, in running calls
/// from their next utterance on; with any mistake the old rules stay in force and the errors are reported.
/// </summary>
/// <remarks>
/// The file system's notices wake it, 0.3 s after the last of a burst; where there are none (network shares, used-up
/// watches) it looks every 5 s. Either way it reads only when names, sizes or times of the files have changed.
/// </remarks>
public sealed class RuleFolder : IRuleSource, IDisposable
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly TextModel? _text;
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
    public RuleFolder(string path, TimeProvider time, TextModel? text = null)
    {
        _text = text;
        _path = path;
        _fingerprint = Fingerprint();
        _current = RuleReader.Load(path, text);
        _settled = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _poll = time.CreateTimer(_ => Look(), null, Poll, Poll);
        _watcher = Watch();
    }

    /// <summary>The newest valid rules.</summary>
    public RuleSet Current => _current;

    /// <summary>How often changed rules came into force.</summary>
    public long Reloads => Interlocked.Read(ref _reloads);

    /// <summary>How often changed rules were refused.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

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
            reading = RuleReader.Read(_path, _text);
            _fingerprint = fingerprint;
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

    private void Wake(object sender, FileSystemEventArgs e) => _settled.Change(Settle, Timeout.InfiniteTimeSpan);

    /// <summary>Names, sizes and times of the files; the reader says what is wrong when they cannot be had.</summary>
    private string Fingerprint()
    {
        try
        {
            var files = Directory.Exists(_path)
                ? new DirectoryInfo(_path).EnumerateFiles().Where(f => f.Extension is ".yaml" or ".yml").OrderBy(f => f.Name, StringComparer.Ordinal)
                : new[] { new FileInfo(_path) }.Where(f => f.Exists);
            return string.Join('|', files.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Name}:{f.Length}:{f.LastWriteTimeUtc.Ticks}")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.GetType().Name;
        }
    }
}
