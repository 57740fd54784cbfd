using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.Speech.Recognition.Whisper.Work;
using SpeechQA.WhisperNet.Ggml;
using Whisper.net;

namespace SpeechQA.WhisperNet;

/// <summary>One thread that recognises utterances, one after the other.</summary>
internal sealed class WhisperNetWorker(WhisperFactory factory, GgmlModel model, WorkQueue queue, TimeProvider time)
{
    /// <summary>
    /// The windows of the default recogniser (models/whisper-base/settings.json): with less than a second of zeros the decoder loops.
    /// </summary>
    private static readonly WindowPolicy Window = new(Lead: 0, Tail: 1.5, Minimum: 4, Bucket: 0.5, Maximum: 30);

    private static readonly WindowPolicy PartialWindow = Window with { Tail = 1, Minimum = 3 };

    /// <summary>Samples (16 kHz) of a position of the encoder.</summary>
    private const int Position = 320;

    /// <summary>whisper.cpp answers nothing below 0.1 s and cannot align below 0.2 s.</summary>
    private const int Shortest = AudioTime.Rate;

    private readonly LanguageVote _vote = new(factory);
    private readonly WhisperText _text = new(model);

    /// <summary>Works until the queue is closed.</summary>
    public void Run()
    {
        while (queue.Wait() is UtteranceWork work)
        {
            if (work.IsDropped) continue;
            try
            {
                work.Begin();
                work.Complete(Recognize(work));
            }
            catch (OperationCanceledException)
            {
                work.Cancel(work.Cancellation);
            }
            catch (Exception e)
            {
                work.Fail(e);
            }
        }
    }

    private Recognition Recognize(UtteranceWork work)
    {
        var request = work.Request;
        var samples = Padded(request.Samples);
        var language = _vote.Of(request, samples);
        work.Cancellation.ThrowIfCancellationRequested();
        var seconds = AudioTime.Seconds(request.Samples.Length);
        var segments = Decode(samples, language, request.Kind, TokenLimit(seconds), work.Cancellation);
        var heard = _text.Of(segments, seconds);
        return heard with
        {
            Language = language,
            Clock = new RecognitionClock(0, 0, request.Queued, time.GetTimestamp()),
        };
    }

    // One segment without context, greedy, never again at a higher temperature: what is unsure is left to the gates.
    private List<SegmentData> Decode(
        ReadOnlyMemory<float> samples, string language, RecognitionKind kind, int limit, CancellationToken cancellation)
    {
        var window = kind == RecognitionKind.Partial ? PartialWindow : Window;
        var processor = factory.CreateBuilder()
            .WithLanguage(language).WithThreads(1).WithNoContext().WithSingleSegment()
            .WithTemperature(0).WithTemperatureInc(0).WithNoSpeechThreshold(1)
            .WithAudioContextSize(window.Samples(samples.Length) / Position).WithMaxTokensPerSegment(limit).WithTokenTimestamps()
            .Build();
        try
        {
            return [.. processor.ProcessAsync(samples, cancellation).ToBlockingEnumerable(cancellation)];
        }
        finally
        {
            // After cancellation native code runs on for a moment.
            processor.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    // As the default recogniser's: nobody says more.
    private static int TokenLimit(double seconds) => (int)(10 + 12 * seconds);

    private static ReadOnlyMemory<float> Padded(ReadOnlyMemory<float> samples)
    {
        if (samples.Length >= Shortest) return samples;
        var padded = new float[Shortest];
        samples.CopyTo(padded);
        return padded;
    }
}
