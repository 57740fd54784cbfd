using System.Threading.Channels;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Utterances;

namespace SpeechQA.Engine.Calls;

/// <summary>
/// One party's audio on its way to events. The leg is advanced by one loop:
/// <list type="number">
/// <item>read a chunk from the pipe and resample it to 16 kHz;</item>
/// <item>cut 32 ms frames and ask voice activity;</item>
/// <item>measure how the party speaks, if it is one whose way of speaking is judged;</item>
/// <item>cut utterances, and give each to the transcriber;</item>
/// <item>put every event, in the order of decision times, into the outbox.</item>
/// </list>
/// A second loop sends the outbox to the call's timeline. An utterance that is still being recognised holds back what was
/// decided after it, so the timeline sees the leg in order.
/// </summary>
public sealed class Leg
{
    /// <summary>Frames that are heard at a time: more of them cost fewer wake-ups, and seeing a pause later. While nobody speaks nothing is urgent.</summary>
    private const int Frames = 2, IdleFrames = 4;

    /// <summary>How often the timeline is told that time has passed, frames (160 ms).</summary>
    private const int TimePassedFrames = 5;

    private readonly LegServices _services;
    private readonly CallTimeline _timeline;
    private readonly UtteranceSegmenter _segmenter = new();
    private readonly ArrivalClock _arrivals = new();
    private readonly SpeechLevel _speech = new();
    private readonly Channel<Outgoing> _outbox;
    private LegTranscriber _transcriber;
    private LegInflection? _inflection;
    private LineWatch _line;
    private readonly bool _live;
    private readonly bool _settles;
    private readonly Func<UtteranceSpan, RecognitionClock> _clockOf;
    private readonly CancellationToken _stop;
    private long _position;
    private int _frames;
    private float _level;
    private bool _hasEnded;

    internal Leg(int index, LegOptions options, LegServices services, LegLanguage language, CallTimeline timeline, CallOptions call, CallLoad load, CancellationToken stop)
    {
        var live = call.Live;
        (Index, Party, _services, _timeline, _live, _stop) = (index, options.Party, services, timeline, live, stop);
        _settles = live && call.Partials is { Enabled: true, InAudioTime: true };
        _clockOf = ClockOf;
        Pipe = new LegPipe(options.SampleRate, live ? LegThreads.Shared : null);
        _line = new LineWatch(index, Party, options.SampleRate, timeline.Note);
        _transcriber = new LegTranscriber(this, services, language, live, call.Partials, load, stop);
        if (services.Inflection is { } inflection && inflection.Follows(Party)) _inflection = new LegInflection(this, inflection.Model, options.SampleRate, inflection.Site?.MeanOf(options.Line), load);
        // A recording waits for its recognition; a live leg never does.
        _outbox = live ? Channel.CreateUnbounded<Outgoing>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true }) : Channel.CreateBounded<Outgoing>(512);
    }

    /// <summary>What the timeline gets next of the leg: an event, perhaps still being recognised, or words for display.</summary>
    private readonly record struct Outgoing(Task<LegEvent?>? Event, TranscriptDraft? Draft);

    public int Index { get; }
    public Party Party { get; }

    /// <summary>The party's calm speech, to be asked for when the leg has ended; null when it is not judged or was not calm.</summary>
    internal CalmCaller? CalmOf(string caller) => _inflection?.CalmOf(caller);

    /// <summary>Where the leg's audio is written.</summary>
    public LegPipe Pipe { get; }

    /// <summary>How loud the leg's party speaks, dBov; null before it has spoken for a second.</summary>
    public double? SpeechLevel => _speech.Level;

    /// <summary>How far the leg's audio has come, samples at 16 kHz since the start of the call.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>
    /// Runs until the pipe is completed and everything of it has reached the timeline, or until a fault has ended the call. Never
    /// faulted. What is written into the pipe after it goes nowhere.
    /// </summary>
    internal async Task RunAsync(CallSupervisor supervisor)
    {
        var sending = supervisor.WatchAsync("leg", SendAsync);
        await supervisor.WatchAsync("leg", ListenAsync).ConfigureAwait(false);
        await sending.ConfigureAwait(false);
        // The other leg's events wait for this one's: what was decided before a fault can still be told.
        if (!_hasEnded) _timeline.Post(new LegEnded(Index, Party, _position));
        while (_outbox.Reader.TryRead(out _))
        {
            // Audio of utterances that were not sent: nobody will.
        }
    }

    /// <summary>Lets go of what only a leg needs that goes on: ended calls are kept, hundreds of them. Nothing is asked of the leg's party after.</summary>
    internal void Release()
    {
        _transcriber = null!;
        _inflection = null;
        _line = null!;
    }

    private async Task ListenAsync()
    {
        try
        {
            await HearAsync(_stop).ConfigureAwait(false);
        }
        finally
        {
            Pipe.CompleteReader();
            _outbox.Writer.Complete();
        }
    }

    private async Task HearAsync(CancellationToken cancellation)
    {
        // A call that is opened and never used costs next to nothing.
        await Pipe.WaitAsync(cancellation).ConfigureAwait(false);
        var chunk = new short[LegPipe.LongestChunk];
        var resampler = new Resampler(Pipe.SampleRate);
        var resampled = new float[resampler.MostOutputs(LegPipe.LongestChunk)];
        var voice = new VoiceActivity(_services.Voice);
        using var audio = new LegAudio();

        var read = 0L;
        while (await Pipe.ReadAsync(chunk, cancellation).ConfigureAwait(false) is { } next)
        {
            read += next.Length;
            _line.Add(next.Kind, chunk.AsSpan(0, next.Kind == AudioChunkKind.Audio ? next.Length : 0), next.Length);
            var carries = next.Kind is AudioChunkKind.Audio or AudioChunkKind.Concealed;
            for (var left = next.Length; left > 0;)
            {
                var part = Math.Min(left, chunk.Length);
                if (!carries) chunk.AsSpan(0, part).Clear();
                var count = resampler.Process(chunk.AsSpan(0, part), resampled);
                _inflection?.Note(audio.End + count, lost: next.Kind is AudioChunkKind.Concealed or AudioChunkKind.Lost);
                await AdvanceAsync(voice, audio, resampled.AsMemory(0, count), next.Arrival, cancellation).ConfigureAwait(false);
                left -= part;
            }
            Pipe.Want(read + (Due() - audio.End) * Pipe.SampleRate / AudioTime.Rate);
        }
        _line.End();
        var rest = resampler.Flush(resampled);
        await AdvanceAsync(voice, audio, resampled.AsMemory(0, rest), 0, cancellation).ConfigureAwait(false);
        await EndAsync(audio, cancellation).ConfigureAwait(false);
    }

    private async ValueTask AdvanceAsync(VoiceActivity voice, LegAudio audio, ReadOnlyMemory<float> samples, long arrival, CancellationToken cancellation)
    {
        audio.Append(samples.Span);
        if (arrival != 0) _arrivals.Add(audio.End, arrival);
        while (true)
        {
            if (_inflection?.Next(audio, _position) is { } measured) await PutAsync(_live ? Tell(measured) : measured, cancellation).ConfigureAwait(false);
            if (audio.End - _position < SileroModel.FrameSamples) break;
            var frame = audio.Span(_position, SileroModel.FrameSamples);
            var voiced = voice.Next(frame);
            _inflection?.Add(audio, _position, voiced);
            if (voiced) _speech.Add(voice.FrameLevel);
            Volatile.Write(ref _position, _position + SileroModel.FrameSamples);
            var change = _segmenter.Next(voiced, voice.FrameLevel, voice.Probability);
            if (change != SegmentChange.None) await ApplyAsync(change, audio, cancellation).ConfigureAwait(false);
            if (_live) _transcriber.Advance(_segmenter, audio, _clockOf);
            if (_settles) await _transcriber.SettleAsync(cancellation).ConfigureAwait(false);
            _level += voice.FrameLevel / TimePassedFrames;
            if (++_frames % TimePassedFrames == 0)
            {
                await PutAsync(new TimePassed(Index, Party, _position) { Level = _level, Noise = voice.Noise }, cancellation).ConfigureAwait(false);
                _level = 0;
            }
            audio.DropBefore(_segmenter.KeepFrom);
        }
    }

    private async ValueTask ApplyAsync(SegmentChange change, LegAudio audio, CancellationToken cancellation)
    {
        var span = _segmenter.Candidate;
        var closes = (change & (SegmentChange.Closed | SegmentChange.Cut)) != 0;
        if (change.HasFlag(SegmentChange.Started))
            await PutAsync(new VoiceStarted(Index, Party, _position, _segmenter.VoiceStart), cancellation).ConfigureAwait(false);
        if (change.HasFlag(SegmentChange.Resumed))
        {
            _transcriber.Resume();
            await PutAsync(new VoiceStarted(Index, Party, _position, _position - SileroModel.FrameSamples), cancellation).ConfigureAwait(false);
        }
        if (change.HasFlag(SegmentChange.Paused))
        {
            await PutAsync(new VoicePaused(Index, Party, _position, span.VoiceStart, span.VoiceEnd), cancellation).ConfigureAwait(false);
            // A likely final may wait for others; what is final at once is late enough.
            if (!closes) _transcriber.Pause(span, audio, ClockOf(span));
        }
        if (closes) await CloseAsync(span, audio, cancellation).ConfigureAwait(false);
    }

    private async ValueTask CloseAsync(UtteranceSpan span, LegAudio audio, CancellationToken cancellation)
    {
        await _transcriber.RoomAsync(cancellation).ConfigureAwait(false);
        var closed = _transcriber.Close(span, audio, ClockOf(span), _position, _arrivals.Of(_position));
        await _outbox.Writer.WriteAsync(new Outgoing(closed, null), cancellation).ConfigureAwait(false);
    }

    private async ValueTask EndAsync(LegAudio audio, CancellationToken cancellation)
    {
        Volatile.Write(ref _position, audio.End);
        if (_segmenter.End(audio.End) == SegmentChange.Closed)
        {
            var span = _segmenter.Candidate;
            await PutAsync(new VoicePaused(Index, Party, _position, span.VoiceStart, span.VoiceEnd), cancellation).ConfigureAwait(false);
            await CloseAsync(span, audio, cancellation).ConfigureAwait(false);
        }
        await PutAsync(new LegEnded(Index, Party, _position), cancellation).ConfigureAwait(false);
        EngineMetrics.Audio.Add(AudioTime.Seconds(_position));
    }

    /// <summary>Where there will be something to do next.</summary>
    private long Due()
    {
        var frame = _position + (_segmenter.IsIdle ? IdleFrames : Frames) * SileroModel.FrameSamples;
        return _inflection is null ? frame : Math.Min(frame, _inflection.NextDue);
    }

    private RecognitionClock ClockOf(UtteranceSpan span) =>
        new(_arrivals.Of(span.VoiceEnd), _services.Time.GetTimestamp(), 0, 0);

    private InflectionMeasured Tell(InflectionMeasured measured)
    {
        measured = measured with { Captured = _arrivals.Of(measured.Decided), Inferred = _services.Time.GetTimestamp() };
        _timeline.Tell(measured);
        return measured with { Told = true };
    }

    private ValueTask PutAsync(LegEvent e, CancellationToken cancellation) =>
        _outbox.Writer.WriteAsync(new Outgoing(Task.FromResult<LegEvent?>(e with { Captured = _live ? _arrivals.Of(e.Decided) : 0 }), null), cancellation);

    private async Task SendAsync()
    {
        // The listener ends the outbox when it is stopped. What is still being recognised then is waited for no longer.
        await foreach (var (pending, draft) in _outbox.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (draft is not null) _timeline.Show(draft);
            else if (await (pending!.IsCompleted ? pending : pending.WaitAsync(_stop)).ConfigureAwait(false) is { } e) Send(e);
        }
    }

    private void Send(LegEvent e)
    {
        _hasEnded = e is LegEnded;
        _timeline.Post(e);
    }

    /// <summary>Whether a rule may act on what the leg's party says while it is still saying it.</summary>
    internal bool MayBeEarly => _timeline.MayBeEarly(Party);

    /// <summary>Words of speech that goes on; live legs only, whose outbox has no limit. Called by the leg's loop.</summary>
    internal void ShowDraft(TranscriptDraft draft) => _outbox.Writer.TryWrite(new Outgoing(null, draft));
}
