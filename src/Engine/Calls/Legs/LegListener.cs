using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Pipes;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Utterances;

namespace SpeechQA.Engine.Calls.Legs;

/// <summary>
/// Hears a leg, in one loop:
/// <list type="number">
/// <item>read a chunk from the pipe and resample it to 16 kHz;</item>
/// <item>cut 32 ms frames and ask voice activity;</item>
/// <item>measure how the party speaks, if it is one whose way of speaking is judged;</item>
/// <item>cut utterances, and give each to the transcriber;</item>
/// <item>put every event, in the order of decision times, into the outbox.</item>
/// </list>
/// </summary>
/// <param name="inflection">Null: the party's way of speaking is not judged.</param>
/// <param name="line">Notices sound that yields nothing.</param>
internal sealed class LegListener(LegContext leg, LegPipe pipe, LegOutbox outbox, LegTranscriber transcriber, LegInflection? inflection,
    LineWatch line)
{
    /// <summary>
    /// Frames that are heard at a time: more of them cost fewer wake-ups, and seeing a pause later. While nobody speaks nothing is
    /// urgent.
    /// </summary>
    private const int Frames = 2, IdleFrames = 4;

    /// <summary>How often the timeline is told that time has passed, frames (160 ms).</summary>
    private const int TimePassedFrames = 5;

    private readonly bool _live = leg.Call.Live;
    private readonly bool _settles = leg.Call is { Live: true, Partials: { Enabled: true, InAudioTime: true } };
    private readonly UtteranceSegmenter _segmenter = new();
    private readonly ArrivalClock _arrivals = new();
    private Func<UtteranceSpan, RecognitionClock>? _clockOf;
    private long _position;
    private int _frames;
    private float _level;

    /// <summary>Runs until the pipe is completed, or a fault has ended the call.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ListenAsync(leg.Stop).ConfigureAwait(false);
        }
        finally
        {
            pipe.CompleteReader();
            outbox.Complete();
        }
    }

    private async Task ListenAsync(CancellationToken stop)
    {
        // A call that is opened and never used costs next to nothing.
        await pipe.WaitAsync(stop).ConfigureAwait(false);
        var chunk = new short[LegPipe.LongestChunk];
        var resampler = new Resampler(pipe.SampleRate);
        var resampled = new float[resampler.MostOutputs(LegPipe.LongestChunk)];
        var voice = new VoiceActivity(leg.Services.Voice);
        using var audio = new LegAudio();

        var read = 0L;
        while (await pipe.ReadAsync(chunk, stop).ConfigureAwait(false) is { } next)
        {
            read += next.Length;
            line.Add(next.Kind, chunk.AsSpan(0, next.Kind == AudioChunkKind.Audio ? next.Length : 0), next.Length);
            var carries = next.Kind is AudioChunkKind.Audio or AudioChunkKind.Concealed;
            for (var left = next.Length; left > 0;)
            {
                var part = Math.Min(left, chunk.Length);
                if (!carries) chunk.AsSpan(0, part).Clear();
                var count = resampler.Process(chunk.AsSpan(0, part), resampled);
                inflection?.Note(audio.End + count, lost: next.Kind is AudioChunkKind.Concealed or AudioChunkKind.Lost);
                await AdvanceAsync(voice, audio, resampled.AsMemory(0, count), next.Arrival).ConfigureAwait(false);
                left -= part;
            }
            pipe.Want(read + (Due() - audio.End) * pipe.SampleRate / AudioTime.Rate);
        }
        line.End();
        var rest = resampler.Flush(resampled);
        await AdvanceAsync(voice, audio, resampled.AsMemory(0, rest), 0).ConfigureAwait(false);
        await EndAsync(audio).ConfigureAwait(false);
    }

    private async ValueTask AdvanceAsync(VoiceActivity voice, LegAudio audio, ReadOnlyMemory<float> samples, long arrival)
    {
        audio.Append(samples.Span);
        if (arrival != 0) _arrivals.Add(audio.End, arrival);
        while (true)
        {
            if (inflection?.Next(audio, _position) is { } measured) await outbox.PutVoiceAsync(Stamped(measured)).ConfigureAwait(false);
            if (audio.End - _position < SileroModel.FrameSamples) break;
            var frame = audio.Span(_position, SileroModel.FrameSamples);
            var voiced = voice.Next(frame);
            inflection?.Add(audio, _position, voiced);
            if (voiced) leg.Progress.Speech.Add(voice.FrameLevel);
            Reach(_position + SileroModel.FrameSamples);
            var change = _segmenter.Next(voiced, voice.FrameLevel, voice.Probability);
            if (change != SegmentChange.None) await ApplyAsync(change, audio).ConfigureAwait(false);
            if (_live) transcriber.Advance(_segmenter, audio, _clockOf ??= ClockOf);
            if (_settles) await transcriber.SettleAsync().ConfigureAwait(false);
            _level += voice.FrameLevel / TimePassedFrames;
            if (++_frames % TimePassedFrames == 0) await TimePassedAsync(voice.Noise).ConfigureAwait(false);
            audio.DropBefore(_segmenter.KeepFrom);
        }
    }

    private async ValueTask ApplyAsync(SegmentChange change, LegAudio audio)
    {
        var span = _segmenter.Candidate;
        var closes = (change & (SegmentChange.Closed | SegmentChange.Cut)) != 0;
        if (change.HasFlag(SegmentChange.Started)) await StartedAsync(_segmenter.VoiceStart).ConfigureAwait(false);
        if (change.HasFlag(SegmentChange.Resumed))
        {
            transcriber.Resume();
            await StartedAsync(_position - SileroModel.FrameSamples).ConfigureAwait(false);
        }
        if (change.HasFlag(SegmentChange.Paused))
        {
            await PausedAsync(span).ConfigureAwait(false);
            // A likely final may wait for others; what is final at once is late enough.
            if (!closes) transcriber.Pause(span, audio, ClockOf(span));
        }
        if (closes) await CloseAsync(span, audio).ConfigureAwait(false);
    }

    private async ValueTask CloseAsync(UtteranceSpan span, LegAudio audio)
    {
        await transcriber.RoomAsync().ConfigureAwait(false);
        await outbox.PutAsync(transcriber.Close(span, audio, ClockOf(span), _position, _arrivals.Of(_position))).ConfigureAwait(false);
    }

    private async ValueTask EndAsync(LegAudio audio)
    {
        Reach(audio.End);
        if (_segmenter.End(audio.End) == SegmentChange.Closed)
        {
            var span = _segmenter.Candidate;
            await PausedAsync(span).ConfigureAwait(false);
            await CloseAsync(span, audio).ConfigureAwait(false);
        }
        await PutAsync(new LegEnded(leg.Id.Index, leg.Id.Party, _position)).ConfigureAwait(false);
        EngineMetrics.Audio.Add(AudioTime.Seconds(_position));
    }

    private void Reach(long position) => leg.Progress.Position = _position = position;

    /// <summary>Where there will be something to do next.</summary>
    private long Due()
    {
        var frame = _position + (_segmenter.IsIdle ? IdleFrames : Frames) * SileroModel.FrameSamples;
        return inflection is null ? frame : Math.Min(frame, inflection.NextDue);
    }

    private RecognitionClock ClockOf(UtteranceSpan span) =>
        new(_arrivals.Of(span.VoiceEnd), leg.Services.Time.GetTimestamp(), 0, 0);

    private InflectionMeasured Stamped(InflectionMeasured measured) =>
        _live ? measured with { Captured = _arrivals.Of(measured.Decided), Inferred = leg.Services.Time.GetTimestamp() } : measured;

    private ValueTask TimePassedAsync(float noise)
    {
        var level = _level;
        _level = 0;
        return PutAsync(new TimePassed(leg.Id.Index, leg.Id.Party, _position) { Level = level, Noise = noise });
    }

    private ValueTask StartedAsync(long start) => PutAsync(new VoiceStarted(leg.Id.Index, leg.Id.Party, _position, start));

    private ValueTask PausedAsync(UtteranceSpan span) =>
        PutAsync(new VoicePaused(leg.Id.Index, leg.Id.Party, _position, span.VoiceStart, span.VoiceEnd));

    private ValueTask PutAsync(LegEvent e) => outbox.PutAsync(_live ? e with { Captured = _arrivals.Of(e.Decided) } : e);
}
