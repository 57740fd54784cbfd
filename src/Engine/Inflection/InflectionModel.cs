using System.Collections.Concurrent;
using System.Numerics.Tensors;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inflection.Signal;
using SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

namespace SpeechQA.Engine.Inflection;

/// <summary>
/// The inflection graph: 3 s of telephone speech to logits. Shared by all legs and threads; a window's result does not
/// depend on what runs beside it.
/// </summary>
public sealed class InflectionModel : IDisposable
{
    private readonly InflectionWeights _weights;
    private readonly ConcurrentBag<Run> _idle = [];

    private InflectionModel(InflectionWeights weights, InflectionConfig config) => (_weights, Config) = (weights, config);

    /// <summary>One among the models.</summary>
    /// <param name="sessions">Own its weights.</param>
    /// <param name="folder">The model's name.</param>
    /// <param name="config">The constants that belong to it.</param>
    /// <exception cref="BadInputException">The graph is missing, or not one of inflection.</exception>
    public static InflectionModel Open(ModelSessions sessions, string folder, InflectionConfig config) =>
        new(sessions.Weights($"{folder}/{config.Model}", InflectionWeights.Read), config);

    /// <summary>One of the user's own: a graph that train_inflection.py has written.</summary>
    /// <inheritdoc cref="Open"/>
    /// <param name="path">The folder.</param>
    public static InflectionModel OpenFolder(ModelSessions sessions, string path, InflectionConfig config) =>
        new(sessions.WeightsOfFile(Path.Combine(path, config.Model), InflectionWeights.Read), config);

    /// <summary>The model's config.json.</summary>
    public InflectionConfig Config { get; }

    /// <summary>Logits of a window.</summary>
    /// <param name="window">24000 samples at 8 kHz, -1..1.</param>
    public InflectionScores Listen(ReadOnlySpan<float> window) => Listen(window, new WindowMel());

    /// <inheritdoc cref="Listen(ReadOnlySpan{float})"/>
    /// <param name="mel">What is kept of the leg's windows before.</param>
    internal InflectionScores Listen(ReadOnlySpan<float> window, WindowMel mel)
    {
        // As many scratch areas as threads have ever listened at the same time.
        if (!_idle.TryTake(out var run)) run = NewRun();
        try
        {
            return run.Listen(window, mel);
        }
        finally
        {
            _idle.Add(run);
        }
    }

    /// <summary>Buffers for one call at a time.</summary>
    internal Run NewRun() => new(_weights);

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_idle.TryTake(out var run)) run.Dispose();
    }

    /// <summary>Buffers of one call of the graph.</summary>
    internal sealed unsafe class Run : IDisposable
    {
        /// <summary>Logits: <see cref="InflectionScores"/>' negative, anger, arousal.</summary>
        public const int Targets = 3;

        /// <summary>
        /// What the loudest number of a window's log-mel becomes, and what stands for bands that a telephone does not carry.
        /// </summary>
        private const float Loudest = 1.4f, Nothing = -0.6f;

        private const int Frames = WindowMel.Frames;

        private readonly HalfBand _halfBand = new();
        private readonly LogMel _logMel = new();
        private readonly float[] _samples = new float[2 * InflectionAudio.WindowSamples];
        private readonly float[] _mel;
        private readonly float[] _heard;
        private readonly float[] _logits = new float[Targets];
        private readonly bool[] _kept;
        private readonly EncoderPass _pass;
        private readonly InflectionPooling _pooling;

        public Run(InflectionWeights weights)
        {
            _mel = new float[Frames * _logMel.Bands];
            _heard = new float[Frames * _logMel.Bands];
            _kept = weights.Kept;
            _pass = new EncoderPass(weights.Encoder);
            _pooling = new InflectionPooling(weights.Pooling);
        }

        /// <summary>[80][300], of the last window.</summary>
        public ReadOnlySpan<float> Mel => _mel;

        public InflectionScores Listen(ReadOnlySpan<float> window, WindowMel mel)
        {
            Prepare(window, mel);
            var cpu = ModelCpu.Stamp();
            Level();
            _pass.Run(_heard, Frames);
            _pooling.Run(_pass.Output, _pass.Frames, _logits);
            ModelCpu.Inflection.Add(cpu);
            return new InflectionScores(_logits[0], _logits[1], _logits[2]);
        }

        /// <summary>The window's log-mel, normalised alone.</summary>
        public void Prepare(ReadOnlySpan<float> window, WindowMel mel) =>
            _logMel.Normalise(mel.Next(window[..InflectionAudio.WindowSamples], _halfBand, _logMel, _samples), _mel);

        /// <summary>Takes the line's level and what lies above the telephone band out.</summary>
        private void Level()
        {
            var loudest = float.NegativeInfinity;
            for (var band = 0; band < _kept.Length; band++)
                if (_kept[band]) loudest = MathF.Max(loudest, TensorPrimitives.Max<float>(_mel.AsSpan(band * Frames, Frames)));
            for (var band = 0; band < _kept.Length; band++)
            {
                var heard = _heard.AsSpan(band * Frames, Frames);
                if (_kept[band]) TensorPrimitives.Add(_mel.AsSpan(band * Frames, Frames), Loudest - loudest, heard);
                else heard.Fill(Nothing);
            }
        }

        public void Dispose()
        {
            _pass.Dispose();
            _pooling.Dispose();
        }
    }
}
