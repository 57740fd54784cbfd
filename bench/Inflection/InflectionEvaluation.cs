using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Inflection.Signal;
using SpeechQA.Engine.Ingest;

namespace SpeechQA.Bench.Inflection;

/// <summary>
/// What <c>evaluate inflection</c> measures: every clip of labelled corpora as one window, its middle 3 s or all of it with
/// zeros behind, straight through the model: no gate, no baseline. Corpora that the head was trained on check the program,
/// they say nothing about quality.
/// </summary>
/// <param name="workers">Clips at the same time; the figures do not depend on it.</param>
internal sealed class InflectionEvaluation(InflectionModel model, int workers = 1)
{
    /// <summary>Figures of each corpus, in the order of their names.</summary>
    /// <param name="path">A folder with <c>labels.csv</c>, or a folder of such folders.</param>
    /// <param name="heard">Told after every clip.</param>
    /// <exception cref="Engine.Core.BadInputException">No labels, or a clip that cannot be read.</exception>
    public async Task<IReadOnlyList<CorpusFigures>> RunAsync(string path, Action? heard = null, CancellationToken cancellation = default)
    {
        var figures = new List<CorpusFigures>();
        foreach (var corpus in InflectionLabels.Read(path))
        {
            var clips = new HeardClip[corpus.Clips.Count];
            var options = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation };
            await Parallel.ForAsync(0, clips.Length, options, async (i, token) =>
            {
                var logits = model.Listen(Window(await ReadAsync(corpus.Clips[i].Path, token).ConfigureAwait(false)));
                clips[i] = new HeardClip(corpus.Clips[i], logits, model.Config.Calibration.Apply(logits));
                heard?.Invoke();
            }).ConfigureAwait(false);
            figures.Add(CorpusFigures.Of(corpus.Name, clips));
        }
        return figures;
    }

    /// <summary>The first channel of a recording at 8 kHz, -1..1.</summary>
    public static async Task<float[]> ReadAsync(string path, CancellationToken cancellation = default)
    {
        await using var recording = await Recordings.OpenAsync(path, cancellation).ConfigureAwait(false);
        var resampler = new Resampler(recording.SampleRate);
        var narrowband = new Narrowband(recording.SampleRate);
        var block = new short[4096 * recording.Channels];
        var first = new short[4096];
        var wide = new float[resampler.MostOutputs(first.Length)];
        var narrow = new float[wide.Length];
        var samples = new List<float>();
        while (await recording.ReadAsync(block, cancellation).ConfigureAwait(false) is > 0 and var frames)
        {
            for (var i = 0; i < frames; i++) first[i] = block[i * recording.Channels];
            Take(wide.AsSpan(0, resampler.Process(first.AsSpan(0, frames), wide)));
        }
        Take(wide.AsSpan(0, resampler.Flush(wide)));
        return [.. samples];

        void Take(ReadOnlySpan<float> outputs) => samples.AddRange(narrow.AsSpan(0, narrowband.Take(outputs, narrow, out _)));
    }

    private static float[] Window(float[] samples)
    {
        var window = new float[InflectionAudio.WindowSamples];
        var skip = Math.Max(0, samples.Length - window.Length) / 2;
        samples.AsSpan(skip, Math.Min(samples.Length, window.Length)).CopyTo(window);
        return window;
    }
}
