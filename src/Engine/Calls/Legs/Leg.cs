using SpeechQA.Engine.Calls.Supervision;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Pipes;
using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Calls.Legs;

/// <summary>
/// One party's audio on its way to events. It goes one way:
/// <list type="number">
/// <item>the <see cref="LegListener"/> reads the pipe, hears voice, cuts utterances, and measures how the party speaks;</item>
/// <item>the <see cref="LegTranscriber"/> has utterances recognised, <see cref="LegPartials"/> what is being said;</item>
/// <item>all of it is put into the <see cref="LegOutbox"/>, in the order of decision times;</item>
/// <item>a second loop sends the outbox to the call's timeline.</item>
/// </list>
/// </summary>
public sealed class Leg
{
    private readonly LegContext _context;
    private Work? _work;
    private CalmCaller? _calm;

    internal Leg(LegContext context, LegLanguage language, CallTimeline timeline)
    {
        _context = context;
        var live = context.Call.Live;
        Pipe = new LegPipe(context.Options.SampleRate, live ? LegThreads.Shared : null);
        var outbox = new LegOutbox(context.Id, live, timeline, context.Stop);
        var transcriber = new LegTranscriber(context, language, outbox);
        LegInflection? inflection = null;
        if (context.Services.Inflection is { } judged && judged.Follows(Party))
        {
            var site = judged.Site?.MeanOf(context.Options.Line);
            inflection = new LegInflection(context.Id, judged.Model, context.Options.SampleRate, site, context.Load);
        }
        var line = new LineWatch(Index, Party, context.Options.SampleRate, timeline.Note);
        _work = new Work(outbox, new LegListener(context, Pipe, outbox, transcriber, inflection, line), inflection);
    }

    /// <summary>What only a leg needs that goes on: ended calls are kept, hundreds of them.</summary>
    private sealed record Work(LegOutbox Outbox, LegListener Listener, LegInflection? Inflection);

    /// <summary>0 or 1.</summary>
    public int Index => _context.Id.Index;

    /// <summary>Who speaks on it.</summary>
    public Party Party => _context.Id.Party;

    /// <summary>Where the leg's audio is written.</summary>
    public LegPipe Pipe { get; }

    /// <summary>How loud the leg's party speaks, dBov; null before it has spoken for a second.</summary>
    public double? SpeechLevel => _context.Progress.Speech.Level;

    /// <summary>How far the leg's audio has come, samples at 16 kHz since the start of the call.</summary>
    public long Position => _context.Progress.Position;

    /// <summary>
    /// The party's calm speech, known when the leg has ended; null when it is not judged, was not calm, or nobody knows whose call
    /// it is.
    /// </summary>
    internal CalmCaller? Calm => _calm;

    /// <summary>
    /// Runs until the pipe is completed and everything of it has reached the timeline, or until a fault has ended the call. Never
    /// faulted. What is written into the pipe after it goes nowhere.
    /// </summary>
    internal async Task RunAsync(CallSupervisor supervisor)
    {
        if (_work is not var (outbox, listener, inflection)) return;
        var sending = supervisor.WatchAsync("leg", outbox.SendAsync);
        await supervisor.WatchAsync("leg", async () =>
        {
            await listener.RunAsync().ConfigureAwait(false);
            if (_context.Call.Caller is { Length: > 0 } caller) _calm = inflection?.CalmOf(caller);
        }).ConfigureAwait(false);
        await sending.ConfigureAwait(false);
        outbox.End(Position);
        _work = null;
    }
}
