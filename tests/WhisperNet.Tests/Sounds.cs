namespace SpeechQA.WhisperNet.Tests;

/// <summary>Sounds without words, 16 kHz.</summary>
internal static class Sounds
{
    private const int Rate = 16_000;

    public static IEnumerable<(string Name, float[] Samples)> All() =>
    [
        ("silence", new float[5 * Rate]),
        ("noise", Noise(5, 0.05)),
        ("tone", Of(4, t => 0.2 * Math.Sin(2 * Math.PI * 425 * t))),
        ("music", Of(8, Chord)),
    ];

    private static float[] Noise(double seconds, double level)
    {
        var random = new Random(5);
        return Of(seconds, _ => level * (2 * random.NextDouble() - 1));
    }

    // A chord of three, another every half second, as plucked strings.
    private static double Chord(double t)
    {
        var bar = (int)(t * 2);
        var root = 220 * Math.Pow(2, new[] { 0, 5, 7, 3 }[bar % 4] / 12.0);
        var sum = 0.0;
        foreach (var step in new[] { 0, 4, 7 }) sum += Math.Sin(2 * Math.PI * root * Math.Pow(2, step / 12.0) * t);
        return 0.1 * sum * Math.Exp(-3 * (t * 2 - bar));
    }

    private static float[] Of(double seconds, Func<double, double> at)
    {
        var samples = new float[(int)(seconds * Rate)];
        for (var i = 0; i < samples.Length; i++) samples[i] = (float)at(i / (double)Rate);
        return samples;
    }
}
