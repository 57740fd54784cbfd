namespace SpeechQA.Bench.Noise;

/// <summary>A tone with its cadence: frequencies in Hz, then seconds on and off in turn, repeated.</summary>
internal sealed record Cadence(double[] Hertz, double[] OnOff);

/// <summary>What networks and machines send (ITU-T E.180, Q.23, T.30, V.21).</summary>
internal static class CallTones
{
    private const int Rate = NoiseKind.Rate;
    private const double Ramp = 0.004;

    public static IReadOnlyList<Cadence> RingBack { get; } =
    [
        new([425], [1, 4]),                         // most of Europe
        new([440, 480], [2, 4]),                    // United States
        new([400, 450], [0.4, 0.2, 0.4, 2]),        // United Kingdom
        new([440], [1.5, 3.5]),                     // France
    ];

    /// <summary>Dial, busy, congestion, information, fax and test tones.</summary>
    public static IReadOnlyList<Cadence> Service { get; } =
    [
        new([425], [1, 0]),
        new([350, 440], [1, 0]),
        new([425], [0.5, 0.5]),
        new([480, 620], [0.5, 0.5]),
        new([480, 620], [0.25, 0.25]),
        new([950], [0.33, 0.99]),
        new([1400], [0.33, 0.03]),
        new([1100], [0.5, 3]),                      // a fax calls
        new([2100], [3, 0.5]),                      // a fax answers
        new([980, 1180], [0.01, 0.01]),             // modem-like warble
        new([1004], [1, 0]),
        new([400], [0.2, 0.2, 0.2, 5]),             // call waiting
    ];

    /// <summary>One cadence after another, 6 to 25 s each, at changing levels.</summary>
    public static void Sequence(float[] leg, IReadOnlyList<Cadence> cadences, int number, Random random)
    {
        for (var (at, turn) = (0, number); at < leg.Length; turn++)
        {
            var seconds = Math.Min(random.Between(6, 25), (leg.Length - at) / (double)Rate);
            Play(leg, at, seconds, cadences[turn % cadences.Count], Level(random));
            at += Math.Max(1, (int)((seconds + random.Between(0, 2)) * Rate));
        }
    }

    /// <summary>Keys pressed one after another, in bursts as a caller types them.</summary>
    public static void Digits(float[] leg, Random random)
    {
        double[] low = [697, 770, 852, 941], high = [1209, 1336, 1477, 1633];
        for (var at = 0.5; ;)
        {
            for (var keys = random.Next(1, 17); keys > 0; keys--)
            {
                var on = random.Between(0.05, 0.35);
                if ((at + on) * Rate >= leg.Length) return;
                var level = Level(random);
                Tone(leg, (int)(at * Rate), on, random.Of(low), level);
                Tone(leg, (int)(at * Rate), on, random.Of(high), level * random.Between(0.8, 1.3));
                at += on + random.Between(0.05, 0.5);
            }
            at += random.Between(0.5, 4);
        }
    }

    /// <summary>-30 to -8 dBov.</summary>
    private static double Level(Random random) => Math.Pow(10, random.Between(-30, -8) / 20);

    private static void Play(float[] leg, int at, double seconds, Cadence cadence, double level)
    {
        var (time, step) = (0.0, 0);
        while (time < seconds)
        {
            var length = Math.Min(cadence.OnOff[step % cadence.OnOff.Length], seconds - time);
            // A cadence shorter than its ramps changes between its frequencies instead.
            var warble = cadence.OnOff[0] < 4 * Ramp;
            if (warble) Tone(leg, at + (int)(time * Rate), length, cadence.Hertz[step % cadence.Hertz.Length], level, ramp: false);
            else if (step % 2 == 0)
                foreach (var hertz in cadence.Hertz) Tone(leg, at + (int)(time * Rate), length, hertz, level / cadence.Hertz.Length);
            time += Math.Max(length, 1.0 / Rate);
            step++;
        }
    }

    private static void Tone(float[] leg, int at, double seconds, double hertz, double level, bool ramp = true)
    {
        var count = (int)(seconds * Rate);
        for (var i = 0; i < count && at + i < leg.Length; i++)
        {
            var edge = ramp ? Math.Min(1, Math.Min(i, count - i) / (Ramp * Rate)) : 1;
            leg[at + i] += (float)(level * edge * Math.Sin(2 * Math.PI * hertz * (at + i) / Rate));
        }
    }
}
