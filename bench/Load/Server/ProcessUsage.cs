using System.Globalization;

namespace SpeechQA.Bench.Load.Server;

/// <summary>CPU and memory of a process as Linux tells them (proc(5)).</summary>
/// <param name="CpuSeconds">User and system time of all threads that ever were.</param>
/// <param name="ResidentMb">Now, MiB.</param>
/// <param name="PeakMb">The most so far, MiB.</param>
/// <param name="ByThread">CPU seconds of the threads that live, summed by name.</param>
internal sealed record ProcessUsage(double CpuSeconds, double ResidentMb, double PeakMb, IReadOnlyDictionary<string, double> ByThread)
{
    /// <summary>Clock ticks per second in /proc, which is 100 on every Linux that .NET runs on.</summary>
    private const double Ticks = 100;

    /// <summary>Null when the process is gone, or this is not Linux.</summary>
    public static ProcessUsage? Read(int process)
    {
        try
        {
            var folder = $"/proc/{process}";
            var status = File.ReadAllLines($"{folder}/status");
            var threads = new SortedDictionary<string, double>(StringComparer.Ordinal);
            foreach (var thread in Directory.GetDirectories($"{folder}/task"))
            {
                if (Thread(thread) is not var (name, seconds) || seconds == 0) continue;
                threads[name] = threads.GetValueOrDefault(name) + seconds;
            }
            return new ProcessUsage(Stat(File.ReadAllText($"{folder}/stat")).Seconds, Megabytes(status, "VmRSS:"),
                Megabytes(status, "VmHWM:"), threads);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static (string Name, double Seconds)? Thread(string folder)
    {
        try
        {
            return Stat(File.ReadAllText($"{folder}/stat"));
        }
        catch (IOException)
        {
            return null; // Ended meanwhile.
        }
    }

    // The name stands in brackets and may hold anything; utime and stime are the 14th and 15th field.
    private static (string Name, double Seconds) Stat(string stat)
    {
        var (open, close) = (stat.IndexOf('('), stat.LastIndexOf(')'));
        var fields = stat[(close + 2)..].Split(' ');
        return (stat[(open + 1)..close], (double.Parse(fields[11], CultureInfo.InvariantCulture)
            + double.Parse(fields[12], CultureInfo.InvariantCulture)) / Ticks);
    }

    private static double Megabytes(string[] status, string name) =>
        status.FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? Math.Round(double.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024,
                1)
            : 0;
}
