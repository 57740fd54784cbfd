using System.Numerics.Tensors;
using System.Reflection;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.Speech.Recognition.Whisper.Work;
using SpeechQA.WhisperNet.Ggml;
using Whisper.net;

namespace SpeechQA.WhisperNet;

/// <summary>
/// Recognition with whisper.cpp through Whisper.net, for any ggml model. The model is loaded once for all calls; each worker decodes one
/// utterance at a time on one thread, in the short windows of the default recogniser. Waiting work is ordered as there. It has no bias,
/// no drafts and no scores: partials cost as much as finals, and phrases are not found by their sound.
/// </summary>
public sealed class WhisperNetRecognizer : ISpeechRecognizer
{
    private readonly WhisperFactory _factory;
    private readonly GgmlModel _model;
    private readonly WorkQueue _queue;
    private readonly Thread[] _workers;

    /// <summary>Loads the model and starts the workers.</summary>
    /// <param name="path">A ggml file of a Whisper model.</param>
    /// <param name="workers">Threads that recognise; at least 1.</param>
    /// <exception cref="BadInputException">
    /// The file is missing, cut short or not such a file, or the native library cannot be loaded.
    /// </exception>
    public WhisperNetRecognizer(string path, int workers, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        time ??= TimeProvider.System;
        _model = GgmlModel.Read(path);
        _factory = NativeModel.Load(path, _model.Sizes);
        Languages = _model.Sizes.IsMultilingual ? [.. WhisperFactory.GetSupportedLanguages()] : ["en"];
        Name = $"{Path.GetFileNameWithoutExtension(path)} (Whisper.net {Version()})";
        _queue = new WorkQueue(time);
        _workers = new Thread[workers];
        for (var i = 0; i < workers; i++)
        {
            var worker = new WhisperNetWorker(_factory, _model, _queue, time);
            _workers[i] = BackgroundThread.Of($"whisper.net {i + 1}", worker.Run);
            _workers[i].Start();
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Codes of the languages that the model knows.</summary>
    public IReadOnlyCollection<string> Languages { get; }

    /// <inheritdoc/>
    public double Backlog => _queue.LiveCount / (double)_workers.Length;

    /// <inheritdoc/>
    public bool IsBusy => _queue.Idle <= _queue.LiveCount;

    /// <inheritdoc/>
    public int Workers => _workers.Length;

    /// <summary>Recognises one utterance. Cancelling takes it out of the queue or breaks it off.</summary>
    /// <exception cref="ArgumentException">More than 28 s, or samples that are not finite.</exception>
    /// <exception cref="BadInputException">A language that the model does not know.</exception>
    /// <exception cref="ObjectDisposedException">The recogniser is closed.</exception>
    public async ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default)
    {
        Check(request);
        cancellation.ThrowIfCancellationRequested();
        var work = new UtteranceWork(request, cancellation);
        ObjectDisposedException.ThrowIf(!_queue.TryAdd(work), this);
        using var registration = cancellation.UnsafeRegister(
            (state, token) =>
            {
                var dropped = (QueuedWork)state!;
                dropped.Cancel(token);
                _queue.Remove(dropped);
            },
            work);
        return await work.Result.ConfigureAwait(false);
    }

    /// <summary>Cancels what waits, finishes what is being decoded.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var work in _queue.Close()) work.Cancel(CancellationToken.None);
        await Task.Run(() =>
        {
            foreach (var worker in _workers) worker.Join();
        }).ConfigureAwait(false);
        _factory.Dispose();
    }

    private static string? Version() =>
        typeof(WhisperFactory).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];

    private void Check(RecognitionRequest request)
    {
        var samples = request.Samples.Span;
        if (samples.Length > WhisperRecognizer.LongestSeconds * AudioTime.Rate)
            throw new ArgumentException(
                $"{AudioTime.Seconds(samples.Length):0.0} s of speech; at most {WhisperRecognizer.LongestSeconds} s.", nameof(request));
        if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes(samples)))
            throw new ArgumentException("Samples that are not finite.", nameof(request));
        foreach (var language in request.Language.Allowed)
            if (!Languages.Contains(language))
                throw new BadInputException(
                    $"language {language}: {Name} does not know it", "use a code such as en or fr, or a multilingual model");
    }
}
