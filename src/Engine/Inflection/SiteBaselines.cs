using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Inflection;

/// <summary>
/// How calm callers of a site sound to the model, per line and codec. Kept in a JSON file, so that it outlives restarts.
/// <list type="bullet">
/// <item>Each caller counts once, with his last call; at most the last 200 callers of a line count.</item>
/// <item>A mean is given from 20 callers on; a fifth of the values at each end is left out of it.</item>
/// <item>Values of another head are forgotten: they do not fit.</item>
/// <item>A file that cannot be understood is set aside as <c>NAME.unreadable</c> and everything is learnt again.</item>
/// </list>
/// Thread-safe.
/// </summary>
public sealed class SiteBaselines
{
    /// <summary>Callers needed before a mean is given.</summary>
    public const int FewestCallers = 20;

    /// <summary>Callers of a line that count, the last ones.</summary>
    public const int MostCallers = 200;

    /// <summary>Calm speech that a call needs to count, seconds.</summary>
    public const double LeastSpeechSeconds = 10;

    /// <summary>Largest file that is read, bytes; a full one has about 25 MB.</summary>
    public const int MostBytes = 64 << 20;

    private const int Format = 1;
    private const int MostLines = 1000;
    private const int LongestName = 128;
    private const double FarthestLogit = 50;
    private const double Trimmed = 0.2;
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly string? _path;
    private readonly string _head;
    private readonly Lock _lock = new();
    private readonly Dictionary<SiteLine, List<Entry>> _lines = [];
    private bool _changed;
    private bool _setAside;

    /// <param name="path">The file, or null to keep nothing across restarts. It need not exist.</param>
    /// <param name="head">Names the head: its file's hash or version.</param>
    /// <exception cref="BadInputException">It is a folder, or may not be read.</exception>
    public SiteBaselines(string? path, string head)
    {
        (_path, _head) = (path, head);
        if (path is null) return;
        if (Directory.Exists(path)) throw new BadInputException($"{path}: a folder", "name a file for the site's calm voices");
        if (File.Exists(path)) Load(path);
    }

    /// <summary>Why the file could not be used, with the remedy, in one line; null when it could, or was not there.</summary>
    public string? Fault { get; private set; }

    /// <summary>Something was taken in that <see cref="Save"/> has not written yet.</summary>
    public bool HasChanged
    {
        get { lock (_lock) return _changed; }
    }

    /// <summary>Callers that count for a line.</summary>
    public int CallersOf(SiteLine line)
    {
        lock (_lock) return _lines.TryGetValue(line, out var callers) ? callers.Count : 0;
    }

    /// <summary>Mean calm logits of a line, or null below <see cref="FewestCallers"/>.</summary>
    public InflectionScores? MeanOf(SiteLine line)
    {
        lock (_lock)
        {
            if (!_lines.TryGetValue(line, out var callers) || callers.Count < FewestCallers) return null;
            return new InflectionScores(Robust(callers, c => c.Negative), Robust(callers, c => c.Anger), Robust(callers, c => c.Arousal));
        }
    }

    /// <summary>Takes in a call that ended without an alert, and answers whether it counts.</summary>
    public bool Add(SiteLine line, CalmCaller caller)
    {
        if (!(caller.SpeechSeconds >= LeastSpeechSeconds) || !IsPlausible(caller.Logits) || line.Line.Length > LongestName
            || line.Codec.Length > LongestName) return false;
        var tag = TagOf(caller.Caller);
        lock (_lock)
        {
            if (!_lines.TryGetValue(line, out var callers))
            {
                if (_lines.Count >= MostLines) return false;
                _lines[line] = callers = [];
            }
            if (tag is not null) callers.RemoveAll(c => c.Caller == tag);
            if (callers.Count == MostCallers) callers.RemoveAt(0);
            callers.Add(new Entry(tag, caller.Logits.Negative, caller.Logits.Anger, caller.Logits.Arousal));
            _changed = true;
        }
        return true;
    }

    /// <summary>Writes the file: whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save()
    {
        if (_path is null) return;
        byte[] json;
        lock (_lock)
        {
            json = JsonSerializer.SerializeToUtf8Bytes(new Stored(Format, _head, [.. _lines
                .OrderBy(l => l.Key.Line, StringComparer.Ordinal).ThenBy(l => l.Key.Codec, StringComparer.Ordinal)
                .Select(l => new StoredLine(l.Key.Line, l.Key.Codec, [.. l.Value]))]), Json);
            _changed = false;
        }
        try
        {
            Write(_path, json);
        }
        catch
        {
            lock (_lock) _changed = true;
            throw;
        }
    }

    private void Write(string path, byte[] json)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, Path.GetRandomFileName());
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew))
            {
                file.Write(json);
                file.Flush(flushToDisk: true);
            }
            if (_setAside && File.Exists(path)) File.Move(path, path + ".unreadable", overwrite: true);
            _setAside = false;
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private void Load(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes) throw new JsonException($"larger than {MostBytes >> 20} MB");
            var stored = JsonSerializer.Deserialize<Stored>(File.ReadAllBytes(path), Json);
            if (stored?.Lines is null || stored.Version != Format)
                throw new JsonException(stored?.Lines is null ? "no lines in it" : $"version {stored.Version}, not {Format}");
            if (stored.Head != _head) return;
            foreach (var line in stored.Lines.OfType<StoredLine>()
                .Where(l => l.Line?.Length <= LongestName && l.Codec?.Length <= LongestName).Take(MostLines))
                _lines[new SiteLine(line.Line!, line.Codec!)] =
                    [.. (line.Callers ?? []).OfType<Entry>().Where(IsPlausible).TakeLast(MostCallers)];
        }
        catch (JsonException e)
        {
            _lines.Clear();
            _setAside = true;
            Fault = $"{path}: not a file of calm voices ({e.Message.Split('\n', 2)[0]}); "
                + $"the site's voices are learnt anew and the file is set aside as {Path.GetFileName(path)}.unreadable";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: {e.Message.Split('\n', 2)[0]}",
                "let the file of the site's calm voices be read, or name another", e);
        }
    }

    private static bool IsPlausible(Entry e) => IsPlausible(new InflectionScores(e.Negative, e.Anger, e.Arousal))
        && (e.Caller?.Length ?? 0) <= 6;

    /// <summary>Mean without the outer fifths.</summary>
    private static double Robust(List<Entry> callers, Func<Entry, double> value)
    {
        var cut = (int)(callers.Count * Trimmed);
        return callers.Select(value).Order().Skip(cut).SkipLast(cut).Average();
    }

    // Also false for NaN.
    private static bool IsPlausible(InflectionScores s) =>
        Math.Abs(s.Negative) <= FarthestLogit && Math.Abs(s.Anger) <= FarthestLogit && Math.Abs(s.Arousal) <= FarthestLogit;

    private static string? TagOf(string? caller) =>
        string.IsNullOrEmpty(caller) ? null : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(caller)).AsSpan(0, 3));

    private sealed record Stored(int Version, string? Head, IReadOnlyList<StoredLine?>? Lines);

    private sealed record StoredLine(string? Line, string? Codec, IReadOnlyList<Entry?>? Callers);

    private sealed record Entry(string? Caller, double Negative, double Anger, double Arousal);
}
