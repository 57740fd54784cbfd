namespace SpeechQA.Engine.Ingest.Flac;

/// <summary>One channel of a frame, RFC 9639 section 9.2.</summary>
internal static class FlacSubframe
{
    private const int MostOrder = 32;

    /// <summary>Fills <paramref name="samples"/>; null, or what is wrong.</summary>
    /// <param name="depth">Bits per sample of this channel (one more than the stream's for a side channel).</param>
    public static string? Read(ref FlacBits bits, int depth, Span<int> samples)
    {
        if (bits.Read(1) != 0) return "a reserved bit is set";
        var type = (int)bits.Read(6);
        var wasted = bits.Read(1) == 0 ? 0 : (int)Math.Min(bits.ReadUnary(), 63) + 1;
        depth -= wasted;
        if (depth <= 0) return "more wasted bits than bits";

        string? wrong = null;
        switch (type)
        {
            case 0:
                samples.Fill(bits.ReadSigned(depth));
                break;
            case 1:
                Verbatim(ref bits, depth, samples);
                break;
            case >= 8 and <= 12:
                wrong = Fixed(ref bits, depth, type - 8, samples);
                break;
            case >= 32:
                wrong = Linear(ref bits, depth, type - 31, samples);
                break;
            default:
                return "a reserved kind of subframe";
        }
        if (wasted > 0)
            foreach (ref var sample in samples) sample <<= wasted;
        return wrong;
    }

    private static void Verbatim(ref FlacBits bits, int depth, Span<int> samples)
    {
        foreach (ref var sample in samples) sample = bits.ReadSigned(depth);
    }

    private static string? Fixed(ref FlacBits bits, int depth, int order, Span<int> x)
    {
        if (order > x.Length) return "a predictor longer than its block";
        Verbatim(ref bits, depth, x[..order]);
        if (Residual(ref bits, order, x) is { } wrong) return wrong;
        switch (order)
        {
            case 1:
                for (var i = 1; i < x.Length; i++) x[i] += x[i - 1];
                break;
            case 2:
                for (var i = 2; i < x.Length; i++) x[i] += 2 * x[i - 1] - x[i - 2];
                break;
            case 3:
                for (var i = 3; i < x.Length; i++) x[i] += 3 * (x[i - 1] - x[i - 2]) + x[i - 3];
                break;
            case 4:
                for (var i = 4; i < x.Length; i++) x[i] += 4 * (x[i - 1] + x[i - 3]) - 6 * x[i - 2] - x[i - 4];
                break;
        }
        return null;
    }

    private static string? Linear(ref FlacBits bits, int depth, int order, Span<int> x)
    {
        if (order > x.Length) return "a predictor longer than its block";
        Verbatim(ref bits, depth, x[..order]);
        var precision = (int)bits.Read(4) + 1;
        var shift = bits.ReadSigned(5);
        if (precision == 16 || shift < 0) return "a predictor out of range";
        // Stored for the newest sample first, kept for the oldest first.
        Span<int> coefficients = stackalloc int[MostOrder];
        coefficients = coefficients[..order];
        for (var i = order - 1; i >= 0; i--) coefficients[i] = bits.ReadSigned(precision);
        if (Residual(ref bits, order, x) is { } wrong) return wrong;
        for (var i = order; i < x.Length; i++)
        {
            var past = x.Slice(i - order, coefficients.Length);
            long sum = 0;
            for (var j = 0; j < coefficients.Length; j++) sum += (long)coefficients[j] * past[j];
            x[i] += (int)(sum >> shift);
        }
        return null;
    }

    /// <summary>Rice-coded differences from <paramref name="order"/> on, RFC 9639 section 9.2.7.</summary>
    private static string? Residual(ref FlacBits bits, int order, Span<int> x)
    {
        var method = bits.Read(2);
        if (method > 1) return "a reserved residual coding";
        var parameterBits = method == 0 ? 4 : 5;
        var escape = (1 << parameterBits) - 1;
        var partitions = 1 << (int)bits.Read(4);
        var length = x.Length / partitions;
        if (length * partitions != x.Length || length < order) return "residual partitions that do not fit the block";
        for (var p = 0; p < partitions && !bits.Overrun; p++)
        {
            var part = p == 0 ? x[order..length] : x.Slice(p * length, length);
            var parameter = (int)bits.Read(parameterBits);
            if (parameter == escape) Verbatim(ref bits, (int)bits.Read(5), part);
            else Rice(ref bits, parameter, part);
        }
        return null;
    }

    private static void Rice(ref FlacBits bits, int parameter, Span<int> part)
    {
        foreach (ref var value in part)
        {
            var folded = bits.ReadUnary() << parameter | bits.Read(parameter);
            value = (int)(folded >> 1) ^ -(int)(folded & 1);
        }
    }
}
