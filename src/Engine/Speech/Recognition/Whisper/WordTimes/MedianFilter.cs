using System.Runtime.Intrinsics;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.WordTimes;

/// <summary>Running median of 7 values, ends mirrored without repeating the edge.</summary>
internal static class MedianFilter
{
    private const int Reach = 3;

    public static void Seven(ReadOnlySpan<double> values, Span<double> into)
    {
        var n = values.Length;
        if (n <= Reach)
        {
            values.CopyTo(into);
            return;
        }
        var at = 0;
        for (; at < Reach; at++) into[at] = Mirrored(values, at);
        for (; at + Vector256<double>.Count + Reach <= n; at += Vector256<double>.Count)
        {
            Median(
                Vector256.Create(values[(at - 3)..]), Vector256.Create(values[(at - 2)..]), Vector256.Create(values[(at - 1)..]),
                Vector256.Create(values[at..]), Vector256.Create(values[(at + 1)..]), Vector256.Create(values[(at + 2)..]),
                Vector256.Create(values[(at + 3)..])).CopyTo(into[at..]);
        }
        for (; at < n; at++) into[at] = Mirrored(values, at);
    }

    private static double Mirrored(ReadOnlySpan<double> values, int at)
    {
        Span<double> seven = stackalloc double[2 * Reach + 1];
        for (var i = 0; i < seven.Length; i++)
        {
            var k = Math.Abs(at + i - Reach);
            seven[i] = values[k < values.Length ? k : 2 * (values.Length - 1) - k];
        }
        seven.Sort();
        return seven[Reach];
    }

    /// <summary>The median of seven per lane: an exchange network in which only the middle is put in order.</summary>
    private static Vector256<double> Median(
        Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d,
        Vector256<double> e, Vector256<double> f, Vector256<double> g)
    {
        // Devillard, "Fast median search", opt_med7.
        Order(ref a, ref f); Order(ref a, ref d); Order(ref b, ref g);
        Order(ref c, ref e); Order(ref a, ref b); Order(ref d, ref f);
        Order(ref c, ref g); Order(ref c, ref d); Order(ref d, ref g);
        Order(ref e, ref f); Order(ref b, ref e); Order(ref b, ref d);
        Order(ref d, ref e);
        return d;
    }

    private static void Order(ref Vector256<double> low, ref Vector256<double> high) =>
        (low, high) = (Vector256.Min(low, high), Vector256.Max(low, high));
}
