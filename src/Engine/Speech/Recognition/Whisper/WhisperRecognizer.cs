using System.Numerics.Tensors;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;
using SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;
using SpeechQA.Engine.Speech.Recognition.Whisper.Work;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>How many threads recognise, and how many utterances each decodes at once.</summary>
public sealed record WhisperOptions
{
    /// <summary>Folder of the model under <c>models/</c>.</summary>
    public string Model { get; init; } = "whisper-base";

    /// <summary>Threads that recognise. Default: one per core. More bring nothing but memory.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Most utterances that one worker decodes together, 1..64. Default 4: beyond it a decoder pass costs more per utterance, as their keys
    /// and the weights do not fit the caches together. Recordings leave one place free, and half of them while there are live calls.
    /// </summary>
    public int MaxBatch { get; init; } = 4;
}

/// <summary>
/// Whisper, encoder and decoder our own: short windows, greedy decoding with time stamps, utterances of different calls decoded together.
/// The result of an utterance is bit for bit the one it would have alone.
/// </summary>
public sealed class WhisperRecognizer : ISpeechRecognizer
{
    /// <summary>Longest request, seconds.</summary>
    public const double LongestSeconds = 28;

    /// <summary>Longest text that is scored, characters.</summary>
    public const int LongestText = 1200;

    private readonly WhisperModel _model;
    private readonly WhisperCounters _counters;
    private readonly WorkQueue _queue;
    private readonly StatePool _states;
    private readonly Thread[] _workers;

    /// <summary>Loads the model and starts the workers.</summary>
    /// <param name="sessions">Must outlive the recogniser.</param>
    /// <exception cref="BadInputException">A model file is missing, changed or unreadable.</exception>
    public WhisperRecognizer(ModelSessions sessions, WhisperOptions? options = null, TimeProvider? time = null)
        : this(sessions, options ?? new WhisperOptions(), time ?? TimeProvider.System, start: true)
    {
    }

    internal WhisperRecognizer(ModelSessions sessions, WhisperOptions options, TimeProvider time, bool start)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBatch, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxBatch, 64);
        _model = new WhisperModel(sessions, options.Model);
        _counters = new WhisperCounters(time);
        _queue = new WorkQueue(time);
        _states = new StatePool(_model.Settings);
        var mel = new RecentMel();
        _workers = new Thread[options.Workers];
        for (var i = 0; i < _workers.Length; i++)
        {
            var worker = new WhisperWorker(_model, _queue, _counters, time, _states, mel, options.MaxBatch);
            _workers[i] = BackgroundThread.Of($"whisper {i + 1}", () => Work(worker));
        }
        if (start) Start();
    }

    /// <inheritdoc/>
    public string Name => $"{_model.Name} (ONNX Runtime {Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetVersionString()})";

    /// <summary>Codes of the languages that the model knows.</summary>
    public IReadOnlyCollection<string> Languages => _model.Settings.Languages.Keys;

    /// <summary>Requests that wait for a worker.</summary>
    public int Waiting => _queue.Count;

    /// <inheritdoc/>
    public double Backlog => _queue.LiveCount / (double)_workers.Length;

    /// <inheritdoc/>
    public bool IsBusy => _queue.Idle <= _queue.LiveCount;

    /// <inheritdoc/>
    public int Workers => _workers.Length;

    /// <summary>What the recogniser has done so far.</summary>
    public WhisperStatistics Statistics => _counters.Read();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">More than 28 s, or samples that are not finite.</exception>
    /// <exception cref="BadInputException">A language that the model does not know.</exception>
    /// <exception cref="ObjectDisposedException">The recogniser is closed.</exception>
    public ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default)
    {
        Check(request.Samples.Span, request.Language.Allowed);
        if (cancellation.IsCancellationRequested) return ValueTask.FromCanceled<Recognition>(cancellation);
        var work = new RecognitionWork(request);
        var result = Enqueue(work, cancellation);
        return request.Bias is null or { IsEmpty: true } ? result : Confirmed(work, result, cancellation);
    }

    /// <inheritdoc/>
    public bool CanScore => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">More than 28 s, samples that are not finite, or too many texts.</exception>
    /// <exception cref="BadInputException">A language that the model does not know.</exception>
    /// <exception cref="ObjectDisposedException">The recogniser is closed.</exception>
    public ValueTask<IReadOnlyList<TextSupport>> ScoreAsync(ScoreRequest request, CancellationToken cancellation = default)
    {
        Check(request.Samples.Span, [request.Language]);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.Texts.Count, ScoreRequest.MostTexts);
        foreach (var text in request.Texts) ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, LongestText);
        return cancellation.IsCancellationRequested
            ? ValueTask.FromCanceled<IReadOnlyList<TextSupport>>(cancellation)
            : Enqueue(new ScoringWork(request), cancellation);
    }

    /// <summary>Cancels what waits, finishes what is being decoded.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var work in _queue.Close()) work.Cancel(CancellationToken.None);
        await Task.Run(() =>
        {
            foreach (var worker in _workers)
                if (!worker.ThreadState.HasFlag(ThreadState.Unstarted)) worker.Join();
        }).ConfigureAwait(false);
        _states.Dispose();
    }

    internal void Start()
    {
        foreach (var worker in _workers) worker.Start();
    }

    private static void Work(WhisperWorker worker)
    {
        using (worker) worker.Run();
    }

    /// <summary>
    /// What the bias changed must be supported by the audio: otherwise the text without bias counts. A partial is only shown
    /// and goes unconfirmed.
    /// </summary>
    private async ValueTask<Recognition> Confirmed(RecognitionWork work, ValueTask<Recognition> result, CancellationToken cancellation)
    {
        var biased = await result.ConfigureAwait(false);
        var request = work.Request;
        if (!work.IsBiased || !biased.IsSpeech || request.Kind == RecognitionKind.Partial) return biased;
        var plain = await Enqueue(new RecognitionWork(request with
        {
            Bias = null,
            Begun = null,
            Patience = TimeSpan.Zero,
            Draft = new RecognitionDraft(biased.Language, biased.DraftTokens),
            Language = new LegLanguage(biased.Language),
        }), cancellation).ConfigureAwait(false);
        var changed = WordChanges.Of(plain.Words, biased.Words);
        // The bonus of a first token alone may turn a text, too: without a phrase to show for it, that is no gain.
        if (changed.Count == 0 || !plain.IsSpeech || !request.Bias!.Of(biased.Language).Any(p => Has(biased, p) && !Has(plain, p)))
            return plain;
        var scores = await ScoreAsync(new ScoreRequest(request.Samples, biased.Language,
            [new ScoredText(plain.Text) { Tokens = plain.Tokens }, new ScoredText(biased.Text) { Tokens = biased.Tokens }], request.Kind)
        { Since = work.Since }, cancellation).ConfigureAwait(false);
        var difference = scores[1].LogProbability - scores[0].LogProbability;
        return difference < -RecognitionBias.Tolerance ? plain : biased with { Biased = new BiasedWords(changed, difference) };
    }

    private static bool Has(Recognition text, string phrase) => text.Text.Contains(phrase, StringComparison.OrdinalIgnoreCase);

    private ValueTask<T> Enqueue<T>(QueuedWork<T> work, CancellationToken cancellation)
    {
        if (!_queue.TryAdd(work)) throw new ObjectDisposedException(nameof(WhisperRecognizer));
        return cancellation.CanBeCanceled ? Cancellable(work, cancellation) : new ValueTask<T>(work.Result);
    }

    private async ValueTask<T> Cancellable<T>(QueuedWork<T> work, CancellationToken cancellation)
    {
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

    private void Check(ReadOnlySpan<float> samples, IReadOnlyList<string> languages)
    {
        if (samples.Length > LongestSeconds * AudioTime.Rate)
            throw new ArgumentException($"{AudioTime.Seconds(samples.Length):0.0} s of speech; at most {LongestSeconds} s.",
                nameof(samples));
        if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes(samples)))
            throw new ArgumentException("Samples that are not finite.", nameof(samples));
        foreach (var language in languages)
            if (!_model.Settings.Languages.ContainsKey(language))
                throw new BadInputException($"language {language}: {_model.Name} does not know it", "use a code such as en or fr");
    }
}
