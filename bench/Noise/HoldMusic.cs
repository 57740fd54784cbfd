namespace SpeechQA.Bench.Noise;

/// <summary>A way to play: instruments for chords, bass and melody, drums or none, beats a minute.</summary>
internal sealed record MusicStyle(Instrument Chords, Instrument Bass, Instrument Melody, bool Drums, double Tempo);

/// <summary>
/// Music on hold, composed by chance in several styles: a progression of chords in some key, a bass, a melody that walks
/// over the scale, drums. Pieces of 20 to 50 s with pauses, as they come from a loop.
/// </summary>
internal static class HoldMusic
{
    private const int Rate = NoiseKind.Rate;

    private static readonly MusicStyle[] Styles =
    [
        new(Instrument.Piano, Instrument.Piano, Instrument.Piano, Drums: false, 76),
        new(Instrument.ElectricPiano, Instrument.Bass, Instrument.Lead, Drums: true, 104),
        new(Instrument.Strings, Instrument.Bass, Instrument.Violin, Drums: false, 66),
        new(Instrument.Guitar, Instrument.Bass, Instrument.Flute, Drums: true, 118),
        new(Instrument.Strings, Instrument.Bass, Instrument.Bell, Drums: false, 84),
        new(Instrument.Organ, Instrument.Bass, Instrument.Lead, Drums: true, 128),
    ];

    private static readonly int[][] Progressions = [[0, 4, 5, 3], [0, 5, 3, 4], [5, 3, 0, 4], [0, 3, 4, 4], [1, 4, 0, 0], [0, 2, 3, 4]];
    private static readonly int[] Major = [0, 2, 4, 5, 7, 9, 11];
    private static readonly int[] Minor = [0, 2, 3, 5, 7, 8, 10];

    public static void Make(float[] leg, int number, Random random)
    {
        for (var (at, turn) = (0.0, number); at * Rate < leg.Length; turn++)
        {
            var seconds = random.Between(20, 50);
            Piece(leg, at, Math.Min(seconds, leg.Length / (double)Rate - at), Styles[turn % Styles.Length], random);
            at += seconds + random.Between(0.2, 2);
        }
        Settle(leg, Math.Pow(10, random.Between(-32, -16) / 20));
    }

    private static void Piece(float[] leg, double at, double seconds, MusicStyle style, Random random)
    {
        var beat = 60 / (style.Tempo * random.Between(0.9, 1.1));
        var key = random.Next(48, 60);
        var scale = random.NextDouble() < 0.7 ? Major : Minor;
        var progression = random.Of(Progressions);
        var step = random.Next(7, 12);
        for (var beats = 0; beats * beat < seconds; beats++)
        {
            var time = at + beats * beat;
            var chord = progression[beats / 4 % progression.Length];
            if (beats % 4 == 0)
            {
                foreach (var third in new[] { 0, 2, 4 }) style.Chords.Play(leg, time, 4 * beat, Hertz(key, scale, chord + third), 0.5);
                style.Bass.Play(leg, time, 2 * beat, Hertz(key - 12, scale, chord), 0.8);
            }
            if (beats % 4 == 2) style.Bass.Play(leg, time, 2 * beat, Hertz(key - 12, scale, chord + 4), 0.6);
            for (var half = 0; half < 2; half++)
            {
                if (random.NextDouble() < 0.35) continue;
                // Strong beats prefer notes of the chord; the rest are steps.
                step = half == 0 && random.NextDouble() < 0.6
                    ? chord + random.Of([7, 9, 11])
                    : Math.Clamp(step + random.Of([-2, -1, -1, 1, 1, 2]), 4, 16);
                style.Melody.Play(leg, time + half * beat / 2, beat * random.Of([0.5, 0.9, 1.8]), Hertz(key, scale, step), 0.9);
            }
            if (style.Drums) Drums(leg, time, beat, beats, random);
        }
    }

    private static double Hertz(int key, int[] scale, int step) =>
        440 * Math.Pow(2, (key + 12 * (step / scale.Length) + scale[step % scale.Length] - 69) / 12.0);

    private static void Drums(float[] leg, double at, double beat, int beats, Random random)
    {
        if (beats % 2 == 0) Kick(leg, at);
        else Snare(leg, at, 0.12, 0.5, random);
        Snare(leg, at, 0.03, 0.2, random);
        Snare(leg, at + beat / 2, 0.02, 0.15, random);
    }

    private static void Kick(float[] leg, double at)
    {
        var start = (int)(at * Rate);
        for (var i = 0; i < 0.3 * Rate && start + i < leg.Length; i++)
        {
            var t = i / (double)Rate;
            leg[start + i] += (float)(1.2 * Math.Exp(-t / 0.08) * Math.Sin(2 * Math.PI * (60 * t - 6 * Math.Exp(-t / 0.03))));
        }
    }

    private static void Snare(float[] leg, double at, double decay, double level, Random random)
    {
        var start = (int)(at * Rate);
        for (var i = 0; i < 4 * decay * Rate && start + i < leg.Length; i++)
            leg[start + i] += (float)(level * Math.Exp(-i / (decay * Rate)) * SeededRandom.Normal(random));
    }

    /// <summary>Brings the whole to a level, RMS, and cuts what is beyond full scale.</summary>
    private static void Settle(float[] leg, double level)
    {
        var power = Math.Sqrt(leg.Sum(x => (double)x * x) / leg.Length);
        if (power == 0) return;
        for (var i = 0; i < leg.Length; i++) leg[i] = (float)Math.Clamp(level * leg[i] / power, -1, 1);
    }
}
