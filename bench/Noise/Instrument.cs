namespace SpeechQA.Bench.Noise;

/// <summary>Plays a note by additive or frequency modulation synthesis.</summary>
/// <param name="Partials">Amplitudes of the harmonics, the fundamental first.</param>
/// <param name="Attack">Seconds until it is at its loudest.</param>
/// <param name="Decay">Seconds in which it falls to a third, as long as it sounds; infinite: it is held.</param>
internal sealed record Instrument(double[] Partials, double Attack, double Decay)
{
    private const int Rate = NoiseKind.Rate;
    private const double Highest = 3_600;
    private const double Release = 0.06;

    /// <summary>Of the pitch, as a share of it.</summary>
    public double Vibrato { get; init; }

    /// <summary>Frequency modulation: the modulator over the carrier, and the index at the attack.</summary>
    public (double Ratio, double Index) Modulation { get; init; }

    /// <summary>Higher partials die away sooner, as of a struck string.</summary>
    public bool Struck { get; init; }

    public static Instrument Piano { get; } = new([1, 0.6, 0.35, 0.2, 0.12, 0.08, 0.05], 0.004, 0.7) { Struck = true };
    public static Instrument Guitar { get; } = new([1, 0.8, 0.6, 0.4, 0.3, 0.2, 0.15, 0.1], 0.002, 0.35) { Struck = true };
    public static Instrument ElectricPiano { get; } = new([1], 0.004, 0.8) { Modulation = (14, 0.9) };
    public static Instrument Bell { get; } = new([1], 0.002, 0.6) { Modulation = (3.5, 2.2) };
    public static Instrument Bass { get; } = new([1, 0.5, 0.25], 0.01, 0.5);
    public static Instrument Strings { get; } = new([1, 0.5, 0.33, 0.25, 0.2, 0.17, 0.14], 0.25, double.PositiveInfinity)
    {
        Vibrato = 0.004,
    };
    public static Instrument Violin { get; } = new([1, 0.7, 0.5, 0.55, 0.3, 0.25, 0.2, 0.1], 0.08, double.PositiveInfinity)
    {
        Vibrato = 0.012,
    };
    public static Instrument Flute { get; } = new([1, 0.25, 0.08], 0.06, double.PositiveInfinity) { Vibrato = 0.006 };
    public static Instrument Organ { get; } = new([1, 0.8, 0.4, 0.6, 0, 0.3], 0.02, double.PositiveInfinity);
    public static Instrument Lead { get; } = new([1, 0.5, 0.33, 0.25, 0.2, 0.17, 0.14, 0.12, 0.11], 0.01, 0.9) { Vibrato = 0.005 };

    /// <param name="at">Second of the leg.</param>
    /// <param name="level">0..1.</param>
    public void Play(float[] leg, double at, double seconds, double hertz, double level)
    {
        var start = (int)(at * Rate);
        var count = (int)((seconds + Release) * Rate);
        var phase = 0.0;
        for (var i = 0; i < count && start + i < leg.Length; i++)
        {
            var t = i / (double)Rate;
            phase += hertz * (1 + Vibrato * Math.Sin(2 * Math.PI * 5.5 * t)) / Rate;
            var envelope = Math.Min(1, t / Attack) * Math.Exp(-t / Decay) * Math.Clamp((seconds + Release - t) / Release, 0, 1);
            leg[start + i] += (float)(level * envelope * Sound(phase, t, hertz));
        }
    }

    private double Sound(double phase, double t, double hertz)
    {
        var turns = 2 * Math.PI * phase;
        var bend = Modulation.Ratio * hertz < Highest ? Modulation.Index * Math.Exp(-t / 0.3) * Math.Sin(Modulation.Ratio * turns) : 0;
        var sum = 0.0;
        for (var k = 1; k <= Partials.Length && k * hertz < Highest; k++)
            sum += Partials[k - 1] * (Struck ? Math.Exp(-t * (k - 1) / 0.8) : 1) * Math.Sin(k * turns + bend);
        return sum;
    }
}
