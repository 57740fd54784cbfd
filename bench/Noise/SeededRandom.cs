namespace SpeechQA.Bench.Noise;

/// <summary>Draws from a seeded generator.</summary>
internal static class SeededRandom
{
    /// <summary>Evenly between two numbers.</summary>
    public static double Between(this Random random, double least, double most) => least + (most - least) * random.NextDouble();

    public static T Of<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    /// <summary>From the normal distribution, mean 0 and deviation 1 (Box and Muller).</summary>
    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
