namespace SpeechQA.Bench.Noise;

/// <summary>A room without a voice: ventilation, hum of the mains, keys of a keyboard, knocks.</summary>
internal static class OfficeNoise
{
    private const int Rate = NoiseKind.Rate;

    public static void Make(float[] leg, Random random)
    {
        Room(leg, Math.Pow(10, random.Between(-55, -38) / 20), random);
        Hum(leg, random.Of([50.0, 60.0]), Math.Pow(10, random.Between(-70, -48) / 20));
        Keys(leg, Math.Pow(10, random.Between(-42, -24) / 20), random);
        Knocks(leg, Math.Pow(10, random.Between(-36, -18) / 20), random);
    }

    /// <summary>Noise that falls with frequency (three leaky sums), slowly swelling.</summary>
    public static void Room(float[] leg, double level, Random random)
    {
        double a = 0, b = 0, c = 0;
        for (var i = 0; i < leg.Length; i++)
        {
            var white = SeededRandom.Normal(random);
            a = 0.997 * a + 0.03 * white;
            b = 0.96 * b + 0.12 * white;
            c = 0.6 * c + 0.25 * white;
            var swell = 1 + 0.4 * Math.Sin(2 * Math.PI * i / (7.3 * Rate));
            leg[i] += (float)(level * swell * (a + b + c + 0.1 * white));
        }
    }

    private static void Hum(float[] leg, double mains, double level)
    {
        for (var i = 0; i < leg.Length; i++)
            for (var k = 1; k <= 6; k++) leg[i] += (float)(level / k * Math.Sin(2 * Math.PI * mains * k * i / Rate));
    }

    // A key: the click of the press and the softer one of the release, each a short burst with a resonance.
    private static void Keys(float[] leg, double level, Random random)
    {
        for (var at = 0.3; at * Rate < leg.Length;)
        {
            for (var keys = random.Next(3, 60); keys > 0; keys--)
            {
                Burst(leg, at, 0.012, random.Between(1500, 3200), level * random.Between(0.4, 1), random);
                Burst(leg, at + random.Between(0.05, 0.1), 0.008, random.Between(1800, 3400), level * 0.4, random);
                at += random.Between(0.07, 0.35);
            }
            at += random.Between(0.5, 8);
        }
    }

    private static void Knocks(float[] leg, double level, Random random)
    {
        for (var at = random.Between(1, 10); at * Rate < leg.Length; at += random.Between(2, 20))
            Burst(leg, at, random.Between(0.04, 0.2), random.Between(120, 500), level, random);
    }

    /// <summary>Noise around a frequency that dies away.</summary>
    private static void Burst(float[] leg, double at, double seconds, double hertz, double level, Random random)
    {
        var start = (int)(at * Rate);
        var noise = 0.0;
        for (var i = 0; i < 5 * seconds * Rate && start + i < leg.Length; i++)
        {
            noise = 0.7 * noise + 0.3 * SeededRandom.Normal(random);
            leg[start + i] += (float)(level * Math.Exp(-i / (seconds * Rate)) * (0.6 * Math.Sin(2 * Math.PI * hertz * i / Rate) + noise));
        }
    }
}
