namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>What a recogniser has done since it was opened. Wall time on the workers; <see cref="Total"/> includes the graphs.</summary>
/// <param name="Audio">Speech recognised, padding not counted.</param>
/// <param name="Encoder">In the encoder.</param>
/// <param name="Decoder">In the decoder.</param>
/// <param name="Total">From taking an utterance to its result, waiting not counted.</param>
/// <param name="DecoderTokens">Tokens read by the decoder, prompts included.</param>
public sealed record WhisperStatistics(
    long Utterances,
    TimeSpan Audio,
    TimeSpan Encoder,
    TimeSpan Decoder,
    TimeSpan Total,
    long DecoderCalls,
    long DecoderTokens)
{
    /// <summary>Time outside both over time inside; 0 before the first utterance.</summary>
    public double Overhead => Encoder + Decoder == TimeSpan.Zero ? 0 : Total / (Encoder + Decoder) - 1;
}

/// <summary>The running sums behind <see cref="WhisperStatistics"/>; all workers add to them.</summary>
internal sealed class WhisperCounters(TimeProvider time)
{
    private long _utterances, _samples, _encoder, _decoder, _total, _calls, _tokens;

    public long Now => time.GetTimestamp();

    public WhisperStatistics Read() => new(
        Interlocked.Read(ref _utterances),
        TimeSpan.FromSeconds(Interlocked.Read(ref _samples) / (double)Core.AudioTime.Rate),
        Elapsed(ref _encoder),
        Elapsed(ref _decoder),
        Elapsed(ref _total),
        Interlocked.Read(ref _calls),
        Interlocked.Read(ref _tokens));

    public void Encoded(long from) => Interlocked.Add(ref _encoder, Now - from);

    public void Decoded(long from, int tokens)
    {
        Interlocked.Add(ref _decoder, Now - from);
        Interlocked.Increment(ref _calls);
        Interlocked.Add(ref _tokens, tokens);
    }

    public void Worked(long from) => Interlocked.Add(ref _total, Now - from);

    public void Finished(int samples)
    {
        Interlocked.Increment(ref _utterances);
        Interlocked.Add(ref _samples, samples);
    }

    private TimeSpan Elapsed(ref long stamps) => time.GetElapsedTime(0, Interlocked.Read(ref stamps));
}
