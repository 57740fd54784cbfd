namespace SpeechQA.Bench.Noise;

/// <summary>
/// Voices of a room from which no word can be made out: several pulse trains through wandering formants, swelling like
/// syllables and pausing like speakers, with the room's noise. No word of any language is in it.
/// </summary>
internal static class Babble
{
    private const int Rate = NoiseKind.Rate;

    public static void Make(float[] leg, Random random)
    {
        OfficeNoise.Room(leg, Math.Pow(10, random.Between(-58, -45) / 20), random);
        var level = Math.Pow(10, random.Between(-44, -32) / 20);
        for (var voices = random.Next(5, 11); voices > 0; voices--) Voice(leg, level * random.Between(0.4, 1), random);
    }

    private static void Voice(float[] leg, double level, Random random)
    {
        var speaker = random.Between(85, 240);          // Hz
        var (first, second, third) = (new Resonance(), new Resonance(), new Resonance());
        var buffer = new double[leg.Length];
        var phase = random.NextDouble();
        for (var at = (int)(random.Between(0, 3) * Rate); at < leg.Length;)
        {
            var phrase = random.Between(0.8, 4);
            for (var end = Math.Min(leg.Length, at + (int)(phrase * Rate)); at < end;)
            {
                var syllable = (int)(random.Between(0.11, 0.3) * Rate);
                first.Tune(random.Between(280, 800), 80);
                second.Tune(random.Between(850, 2200), 110);
                third.Tune(random.Between(2300, 3100), 160);
                var pitch = speaker * random.Between(0.85, 1.25);
                var hiss = random.NextDouble() < 0.2;
                for (var i = 0; i < syllable && at < end; i++, at++)
                {
                    phase += pitch / Rate;
                    var pulse = phase >= 1 ? 1.0 : 0;
                    phase -= Math.Floor(phase);
                    var source = hiss ? 0.15 * SeededRandom.Normal(random) : pulse + 0.01 * SeededRandom.Normal(random);
                    buffer[at] = Math.Sin(Math.PI * i / syllable)
                        * (first.Next(source) + 0.5 * second.Next(source) + 0.2 * third.Next(source));
                }
            }
            at += (int)(random.Between(0.2, 2) * Rate);
        }
        var power = Math.Sqrt(buffer.Sum(x => x * x) / buffer.Length);
        if (power == 0) return;
        for (var i = 0; i < leg.Length; i++) leg[i] += (float)(level * buffer[i] / power);
    }

    /// <summary>Two poles.</summary>
    private sealed class Resonance
    {
        private double _a, _b, _gain, _y1, _y2;

        public void Tune(double hertz, double width)
        {
            var r = Math.Exp(-Math.PI * width / Rate);
            (_a, _b, _gain) = (2 * r * Math.Cos(2 * Math.PI * hertz / Rate), -r * r, 1 - r);
        }

        public double Next(double x)
        {
            var y = _gain * x + _a * _y1 + _b * _y2;
            (_y2, _y1) = (_y1, y);
            return y;
        }
    }
}
