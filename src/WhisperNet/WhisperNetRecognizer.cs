using SpeechQA.Engine;
using SpeechQA.Engine.Speech.Recognition;
using Whisper.net;

namespace SpeechQA.WhisperNet;

/// <summary>
/// Recognition with whisper.cpp through Whisper.net: one factory (the ggml model) shared by all calls, one processor per
/// utterance, at most <c>workers</c> at a time with one thread each. Every utterance is decoded in whisper.cpp's own 30 s
/// window, so it costs several times what the default recogniser takes.
/// </summary>
public sealed class WhisperNetRecognizer : ISpeechRecognizer
{
    private readonly WhisperFactory _factory;
    private readonly SemaphoreSlim _workers;
    private readonly TimeProvider _time;

    /// <param name="model">A ggml file of a multilingual Whisper model, e.g. <c>ggml-base.bin</c>.</param>
    /// <param name="workers">Utterances decoded at the same time.</param>
    /// <exception cref="BadInputException">The file is missing or cannot be loaded.</exception>
    public WhisperNetRecognizer(string model, int workers, TimeProvider? time = null)
    {
        if (!File.Exists(model))
            throw new BadInputException($"{model}: the ggml model is missing", "give the path of a multilingual ggml file such as ggml-base.bin");
        try
        {
            _factory = WhisperFactory.FromPath(model);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new BadInputException($"{model}: whisper.cpp cannot load it ({e.Message})", "give a ggml file made for whisper.cpp", e);
        }
        _workers = new SemaphoreSlim(workers);
        Workers = workers;
        _time = time ?? TimeProvider.System;
        Name = $"Whisper.net ({Path.GetFileName(model)})";
    }

    public string Name { get; }

    public int Workers { get; }

    public async ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default)
    {
        await _workers.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            request.Begun?.Invoke();
            var language = request.Language.Locked ?? Detect(request);
            await using var processor = _factory.CreateBuilder()
                .WithLanguage(language).WithThreads(1).WithNoContext().WithProbabilities().WithTokenTimestamps().Build();
            var segments = new List<SegmentData>();
            await foreach (var segment in processor.ProcessAsync(request.Samples, cancellation).ConfigureAwait(false)) segments.Add(segment);
            return ResultOf(request, language, segments);
        }
        finally
        {
            _workers.Release();
        }
    }

    // The public API answers one probability per call, so every allowed language is asked for.
    private string Detect(RecognitionRequest request)
    {
        using var processor = _factory.CreateBuilder().WithLanguageDetection().WithThreads(1).Build();
        var allowed = request.Language.Allowed;
        var log = new double[allowed.Count];
        for (var i = 0; i < log.Length; i++)
            log[i] = Math.Log(Math.Max(1e-9, processor.DetectLanguageWithProbability(request.Samples.Span, allowed[i]).probability));
        var sum = Math.Log(log.Sum(Math.Exp));
        for (var i = 0; i < log.Length; i++) log[i] -= sum;
        return request.Language.Decide(log, request.Samples.Length / 16_000.0);
    }

    private Recognition ResultOf(RecognitionRequest request, string language, List<SegmentData> segments)
    {
        var words = new List<RecognizedWord>();
        foreach (var segment in segments) AddWords(words, segment);
        var text = string.Concat(segments.Select(s => s.Text));
        var average = words.Count == 0 ? 0 : words.Average(w => w.LogProbability);
        var noSpeech = segments.Count == 0 ? 1 : segments.Max(s => s.NoSpeechProbability);
        return new Recognition
        {
            Text = text,
            Language = language,
            Words = words,
            AverageLogProbability = average,
            NoSpeechProbability = noSpeech,
            IsSpeech = text.Any(char.IsLetterOrDigit) && !(noSpeech > 0.35f && average < -1.2f) && !(noSpeech > 0.7f && average < -0.9f),
            Stop = "end",
            Clock = new RecognitionClock(0, 0, request.Queued, _time.GetTimestamp()),
        };
    }

    // Tokens are pieces of words; times are hundredths of a second from the start of the samples.
    private static void AddWords(List<RecognizedWord> words, SegmentData segment)
    {
        foreach (var token in segment.Tokens)
        {
            if (string.IsNullOrEmpty(token.Text) || token.Text.StartsWith("[_", StringComparison.Ordinal)) continue;
            var log = MathF.Log(Math.Max(1e-9f, token.Probability));
            if (token.Text.StartsWith(' ') || words.Count == 0)
                words.Add(new RecognizedWord(token.Text.Trim(), token.Start / 100f, token.End / 100f, log));
            else
                words[^1] = words[^1] with { Text = words[^1].Text + token.Text.Trim(), End = token.End / 100f, LogProbability = (words[^1].LogProbability + log) / 2 };
        }
    }

    public ValueTask DisposeAsync()
    {
        _factory.Dispose();
        _workers.Dispose();
        return ValueTask.CompletedTask;
    }
}
