namespace SpeechQA.Bench.Noise;

/// <summary>A kind of sound that is no speech, made by a synthesiser.</summary>
/// <param name="Name">As the report calls it.</param>
/// <param name="Make">
/// Fills a leg of a call: 8 kHz, -1..1, zeros before. The number counts the legs of the kind, so that styles take turns; all
/// chance comes from the generator.
/// </param>
internal sealed record NoiseKind(string Name, Action<float[], int, Random> Make)
{
    /// <summary>Samples per second.</summary>
    public const int Rate = 8_000;

    public static IReadOnlyList<NoiseKind> All { get; } =
    [
        new("silence", Silence),
        new("hold music", HoldMusic.Make),
        new("tones", (leg, number, random) => CallTones.Sequence(leg, CallTones.Service, number, random)),
        new("DTMF", (leg, _, random) => CallTones.Digits(leg, random)),
        new("office noise", (leg, _, random) => OfficeNoise.Make(leg, random)),
        new("babble", (leg, _, random) => Babble.Make(leg, random)),
        new("ring-back", (leg, number, random) => CallTones.Sequence(leg, CallTones.RingBack, number, random)),
    ];

    /// <summary>Digital silence in turn with the soft hiss of an open line.</summary>
    private static void Silence(float[] leg, int number, Random random)
    {
        if (number % 2 == 0) return;
        var level = Math.Pow(10, -(50 + 15 * random.NextDouble()) / 20);
        for (var i = 0; i < leg.Length; i++) leg[i] = (float)(level * SeededRandom.Normal(random));
    }
}
