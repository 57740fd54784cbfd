using SpeechQA.Bench.Load.Calls;
using SpeechQA.Engine.Audio;
using SpeechQA.Host;

namespace SpeechQA.Bench.Micro;

/// <summary>Speech of the sample calls at 16 kHz, -1..1.</summary>
internal static class SampleSpeech
{
    /// <summary>Of 8 kHz samples the part between two times, seconds.</summary>
    public static float[] Cut(ReadOnlySpan<short> samples, double start, double end)
    {
        var from = Math.Clamp((int)(start * LoadSample.Rate), 0, samples.Length);
        var part = samples[from..Math.Clamp((int)(end * LoadSample.Rate), from, samples.Length)];
        var resampler = new Resampler(LoadSample.Rate);
        var audio = new float[resampler.MostOutputs(part.Length) + resampler.MostOutputs(0)];
        var count = resampler.Process(part, audio);
        count += resampler.Flush(audio.AsSpan(count));
        return audio[..count];
    }

    /// <summary>The first words of an agent: so many seconds from 0.8 s on, which is where the voice begins.</summary>
    public static float[] Agent(double seconds)
    {
        var folder = ProgramFolder.Find(Path.Combine("samples", "audio"), "run this in a checkout");
        var call = LoadSample.LoadAsync(folder, "en-01*", CancellationToken.None).GetAwaiter().GetResult()[0];
        return Cut(call.Legs.First(l => l.Party == "agent").Samples.Span, 0.8, 0.8 + seconds);
    }
}
