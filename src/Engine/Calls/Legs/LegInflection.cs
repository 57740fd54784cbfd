using SpeechQA.Engine.Calls.Load;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Inflection.Prosody;
using SpeechQA.Engine.Inflection.Signal;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Speech.Utterances;

namespace SpeechQA.Engine.Calls.Legs;

/// <summary>Follows how the party of a leg speaks, frame by frame, and turns what can be used into events of the leg.</summary>
/// <param name="site">How calm callers of the line sound, or null when that is not known.</param>
/// <param name="load">Tells when every second window must do; null: never.</param>
internal sealed class LegInflection(LegId leg, InflectionModel? model, int sampleRate, InflectionScores? site = null, CallLoad? load = null)
{
    /// <summary>
    /// Samples left out at the beginning of the leg (10 ms), so that windows end within a packet of 20 ms and not with it: the
    /// resampler gives the last 4 ms of a packet with the next one only.
    /// </summary>
    private const long Skipped = AudioTime.Rate / 100;

    private const long Window = 2 * InflectionAudio.WindowSamples;

    private readonly InflectionTracker _tracker = new(model, sampleRate, site);
    private readonly Queue<(long End, bool Lost)> _origins = new();
    private bool _marked;
    private long _followed = Skipped;
    private bool _heard;
    private bool _voiced;

    /// <summary>The caller's calm speech so far; null without a model, and once a mark was set: then the caller is not calm.</summary>
    /// <param name="caller">Whose call it is.</param>
    public CalmCaller? CalmOf(string caller) =>
        _tracker.Baseline is { } own && !_marked ? new CalmCaller(caller, own.Mean, own.OwnSeconds) : null;

    /// <summary>Says of audio to come whether it was lost on the way.</summary>
    /// <param name="end">Where that audio ends; it begins where the last such ended.</param>
    public void Note(long end, bool lost) => _origins.Enqueue((end, lost));

    /// <summary>Where the next window ends.</summary>
    public long NextDue => Skipped + _tracker.NextDue;

    /// <summary>
    /// What was heard in a window that ends within the next frame, if that can be used, as soon as the window's last sample is
    /// there: nobody waits for the frame to be complete. Its beginning of that frame counts as the frame before did.
    /// </summary>
    /// <param name="audio">The leg's audio at 16 kHz.</param>
    /// <param name="frame">Where the next frame begins.</param>
    public InflectionMeasured? Next(LegAudio audio, long frame)
    {
        var end = NextDue;
        if (end > audio.End || end > frame + SileroModel.FrameSamples) return null;
        Follow(audio, end);
        return EventOf(Listen(), frame);
    }

    /// <summary>Takes what is left of a frame.</summary>
    /// <param name="frame">Where it begins.</param>
    /// <param name="voiced">It holds voice.</param>
    public void Add(LegAudio audio, long frame, bool voiced)
    {
        _voiced = voiced;
        Follow(audio, frame + SileroModel.FrameSamples);
    }

    private void Follow(LegAudio audio, long to)
    {
        while (_followed < to)
        {
            var (end, lost) = OriginAt(_followed);
            var part = audio.Span(_followed, (int)(Math.Min(end, to) - _followed));
            _tracker.Add(part, _voiced, lost);
            _followed += part.Length;
        }
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
        var end = Skipped + result.Position;
        _marked |= result.Alert || result.Watch || result.On;
        if (result.Abstention != Abstention.None && !result.Prosody.Usable) return null;
        return new InflectionMeasured(leg.Index, leg.Party, Math.Max(decided, end))
        {
            Start = end - Window,
            End = end,
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
