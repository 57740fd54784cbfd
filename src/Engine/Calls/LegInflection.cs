using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Inflection.Prosody;
using SpeechQA.Engine.Rules;

namespace SpeechQA.Engine.Calls;

/// <summary>Follows how the party of a leg speaks, frame by frame, and turns what can be used into events of the leg.</summary>
/// <param name="site">How calm callers of the line sound, or null when that is not known.</param>
/// <param name="load">Tells when every second window must do; null: never.</param>
internal sealed class LegInflection(Leg leg, InflectionModel? model, int sampleRate, InflectionScores? site = null, CallLoad? load = null)
{
    private const long Window = 2 * InflectionAudio.WindowSamples;

    private readonly InflectionTracker _tracker = new(model, sampleRate, site);
    private readonly Queue<(long End, bool Lost)> _origins = new();
    private bool _marked;
    private bool _heard;

    /// <summary>The caller's calm speech so far; null without a model, and once a mark was set: then the caller is not calm.</summary>
    /// <param name="caller">Whose call it is.</param>
    public CalmCaller? CalmOf(string caller) =>
        _tracker.Baseline is { } own && !_marked ? new CalmCaller(caller, own.Mean, own.OwnSeconds) : null;

    /// <summary>Says of audio to come whether it was lost on the way.</summary>
    /// <param name="end">Where that audio ends; it begins where the last such ended.</param>
    public void Note(long end, bool lost) => _origins.Enqueue((end, lost));

    /// <summary>Takes the next frame and answers what was heard in the window that it completed, if that can be used.</summary>
    /// <param name="frame">At 16 kHz, shorter than the step of the windows (0.5 s).</param>
    /// <param name="start">The leg's position before it.</param>
    public InflectionMeasured? Next(ReadOnlySpan<float> frame, long start, bool voiced)
    {
        InflectionMeasured? measured = null;
        for (var at = 0; at < frame.Length;)
        {
            var (end, lost) = OriginAt(start + at);
            at += _tracker.Add(frame[at..(int)Math.Min(frame.Length, end - start)], voiced, lost);
            if (_tracker.IsDue) measured = EventOf(Listen(), start);
        }
        return measured;
    }

    private InflectionResult Listen()
    {
        var result = _tracker.Next(listen: !_heard || load is not { WidensInflection: true });
        _heard = result.Abstention == Abstention.None;
        if (result.Abstention == Abstention.Busy) load!.Count(ShedKind.Inflection);
        return result;
    }

    private (long End, bool Lost) OriginAt(long position)
    {
        while (_origins.TryPeek(out var origin) && origin.End <= position) _origins.Dequeue();
        return _origins.TryPeek(out var next) ? next : (long.MaxValue, false);
    }

    /// <summary>Null when neither the model nor prosody has anything to say: silence, noise, a damaged line.</summary>
    private InflectionMeasured? EventOf(in InflectionResult result, long decided)
    {
        _marked |= result.Alert || result.Watch || result.On;
        if (result.Abstention != Abstention.None && !result.Prosody.Usable) return null;
        return new InflectionMeasured(leg.Index, leg.Party, Math.Max(decided, result.Position))
        {
            Start = result.Position - Window,
            End = result.Position,
            Abstention = result.Abstention,
            Score = result.Score,
            On = result.On,
            Alert = result.Alert,
            Watch = result.Watch,
            Limit = result.Alert ? model!.Config.Decision.On : result.Watch ? model!.Config.Watch.On : double.NaN,
            RaisedWindow = result.Prosody.RaisedWindow,
            RaisedVoice = result.Prosody.RaisedVoice,
            Line = new LineOfSpeech(result.LostShare, result.Activity.SnrDb),
            Change = result.Prosody.Usable ? result.Prosody.Change : ProsodyChange.Unknown,
        };
    }
}
