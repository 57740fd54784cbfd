using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Inference;

namespace SpeechQA.Engine.Inflection;

/// <summary>
/// The inflection graph: 3 s of telephone speech to logits. Shared by all legs and threads; a window's result does not
/// depend on what runs beside it.
/// </summary>
public sealed class InflectionModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly ConcurrentBag<Run> _idle = [];

    /// <param name="session">The open graph; not owned.</param>
    /// <param name="config">The constants that belong to it.</param>
    /// <exception cref="BadInputException">The graph has other inputs or outputs.</exception>
    public InflectionModel(InferenceSession session, InflectionConfig config)
    {
        var missing = Run.Outputs.Except(session.OutputNames).Concat(new[] { Run.Input }.Except(session.InputNames)).ToList();
        if (missing.Count > 0)
            throw new BadInputException($"{config.Model}: the graph has no {string.Join(", ", missing)}", "give an inflection graph as the model card describes it");
        (_session, Config) = (session, config);
    }

    public InflectionConfig Config { get; }

    /// <summary>Logits of a window.</summary>
    /// <param name="window">24000 samples at 8 kHz, -1..1.</param>
    public InflectionScores Listen(ReadOnlySpan<float> window)
    {
        // As many scratch areas as threads have ever listened at the same time.
        if (!_idle.TryTake(out var run)) run = NewRun();
        try
        {
            return run.Listen(window);
        }
        finally
        {
            _idle.Add(run);
        }
    }

    /// <summary>Buffers for one call at a time.</summary>
    internal Run NewRun() => new(_session);

    public void Dispose()
    {
        while (_idle.TryTake(out var run)) run.Dispose();
    }

    /// <summary>Buffers of one call of the graph.</summary>
    internal sealed class Run : IDisposable
    {
        public const string Input = "mel";
        public static readonly string[] Outputs = ["negative", "anger", "arousal"];

        private const int Frames = 300;
        private const int Wideband = 2 * InflectionAudio.WindowSamples;

        private readonly HalfBand _halfBand = new();
        private readonly LogMel _logMel = new();
        private readonly float[] _samples = new float[Wideband];
        private readonly float[] _raw;
        private readonly float[] _mel;
        private readonly float[][] _logits = [[0], [0], [0]];
        private readonly InferenceSession _session;
        private readonly OrtValue[] _values;
        private readonly OrtIoBinding _binding;
        private readonly RunOptions _options = new();

        public Run(InferenceSession session)
        {
            _session = session;
            _raw = new float[Frames * _logMel.Bands];
            _mel = new float[Frames * _logMel.Bands];
            _values = [OrtValue.CreateTensorValueFromMemory(_mel, [1, _logMel.Bands, Frames]), .. _logits.Select(l => OrtValue.CreateTensorValueFromMemory(l, [1, 1]))];
            _binding = session.CreateIoBinding();
            _binding.BindInput(Input, _values[0]);
            for (var i = 0; i < Outputs.Length; i++) _binding.BindOutput(Outputs[i], _values[i + 1]);
        }

        /// <summary>[80][300], of the last window.</summary>
        public ReadOnlySpan<float> Mel => _mel;

        public InflectionScores Listen(ReadOnlySpan<float> window)
        {
            Prepare(window);
            var cpu = ModelCpu.Stamp();
            _session.RunWithBinding(_options, _binding);
            ModelCpu.Inflection.Add(cpu);
            return new InflectionScores(_logits[0][0], _logits[1][0], _logits[2][0]);
        }

        /// <summary>The window's log-mel, normalised alone.</summary>
        public void Prepare(ReadOnlySpan<float> window)
        {
            _halfBand.Double(window[..InflectionAudio.WindowSamples], _samples);
            _logMel.Raw(_samples, Wideband, 0, _raw);
            _logMel.Normalise(_raw, _mel);
        }

        public void Dispose()
        {
            _binding.Dispose();
            foreach (var value in _values) value.Dispose();
            _options.Dispose();
        }
    }
}
