using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection.Prosody;
using SpeechQA.Engine.Inflection.Signal;

namespace SpeechQA.Engine.Inflection;

/// <summary>
/// Follows how a leg's party speaks. Every 0.5 s, from 3 s on:
/// <list type="number">
/// <item>prosody facts of the last 3 s against the caller's own calm speech;</item>
/// <item>the gate: enough clear speech, by level and by the voice detector, little clipped or lost, else it abstains;</item>
/// <item>the model's logits, relative to the baseline, calibrated;</item>
/// <item>the strict decision and the watch step;</item>
/// <item>a calm window enters the baseline.</item>
/// </list>
/// An abstaining window changes nothing but the noise floor and prosody. One owner; nothing is allocated per window.
/// </summary>
/// <example>
/// <code>
/// while (!samples.IsEmpty)
/// {
///     samples = samples[tracker.Add(samples, voiced, lost)..];
///     if (tracker.IsDue) Use(tracker.Next());
/// }
/// </code>
/// </example>
public sealed class InflectionTracker
{
    /// <summary>A site's own mean over enough calm callers is trusted whole (model card: site_strength).</summary>
    private const double KnownSiteStrength = 1;

    private static readonly GateLimits ProsodyGate = new(MinActiveS: 1.0, MinSnrDb: 8.0, MaxClipped: 0.02, MaxLost: 0.1);
    private static readonly InflectionScores Nothing = InflectionScores.All(double.NaN);

    private readonly InflectionModel? _model;
    private readonly GateLimits _gate;
    private readonly Narrowband _narrowband;
    private readonly InflectionWindow _window = new();
    private readonly WindowMel _mel = new();
    private readonly SpeechActivityGate _activity = new();
    private readonly ProsodyTracker _prosody;
    private readonly AlertDecision? _decision;
    private readonly WatchDecision? _watch;
    private double _speechSeconds;
    private long _taken;    // at 8 kHz

    /// <param name="model">Null: prosody alone.</param>
    /// <param name="sampleRate">Samples per second that the leg came with, before it was resampled to 16 kHz.</param>
    /// <param name="site">Mean calm logits of the site (<see cref="SiteBaselines.MeanOf"/>), or null when they are not known.</param>
    /// <param name="raised">When a voice counts as raised, or null for the default.</param>
    public InflectionTracker(InflectionModel? model, int sampleRate, InflectionScores? site = null, RaisedVoiceRule? raised = null)
    {
        _model = model;
        _gate = model?.Config.Gate ?? ProsodyGate;
        _narrowband = new Narrowband(sampleRate);
        _prosody = new ProsodyTracker(raised);
        if (model is null) return;
        var settings = model.Config.Baseline;
        Baseline = new ScoreBaseline(settings, site, site is null ? settings.SiteStrength : KnownSiteStrength);
        _decision = new AlertDecision(model.Config.Decision);
        _watch = new WatchDecision(model.Config.Watch);
    }

    /// <summary>The caller's own calm logits; null without a model.</summary>
    public ScoreBaseline? Baseline { get; }

    /// <summary>A window is full: call <see cref="Next"/> before adding more.</summary>
    public bool IsDue => _window.IsFull;

    /// <summary>How many samples at 16 kHz have been taken when the next window is due.</summary>
    public long NextDue => _narrowband.InputsFor(_taken + _window.Missing);

    /// <summary>Takes samples until a window is due and answers how many were taken.</summary>
    /// <param name="samples">The leg's audio at 16 kHz, -1..1; zeros for what was lost or not sent.</param>
    /// <param name="voiced">What the voice detector says of it.</param>
    /// <param name="lost">It was lost on the way, concealed or not.</param>
    public int Add(ReadOnlySpan<float> samples, bool voiced = true, bool lost = false)
    {
        var count = _narrowband.Take(samples, _window.Room, out var taken);
        _window.Add(count, voiced, lost);
        _taken += count;
        return taken;
    }

    /// <summary>What the due window holds.</summary>
    /// <param name="listen">False: the model is spared, and the window abstains (<see cref="Abstention.Busy"/>).</param>
    /// <exception cref="InvalidOperationException">No window is due.</exception>
    public InflectionResult Next(bool listen = true)
    {
        if (!IsDue) throw new InvalidOperationException("No window is due.");
        var position = _taken * (AudioTime.Rate / InflectionAudio.Rate);
        var lost = _window.LostShare;
        var heard = lost <= _gate.MaxLost && _window.VoicedSeconds >= _gate.MinActiveS;
        var result = new InflectionResult
        {
            Position = position,
            LostShare = lost,
            Prosody = _prosody.Next(_window.Samples, heard),
            Activity = _activity.Next(_window.Samples),
            Logits = Nothing,
            Relative = Nothing,
            Probabilities = Nothing,
            Score = double.NaN,
            On = _decision?.On ?? false,
        };
        result = result with { Abstention = Gate(result) };
        if (!listen && result.Abstention == Abstention.None) result = result with { Abstention = Abstention.Busy };
        if (_model is not null) result = Decide(_model, result, AudioTime.Seconds(position));
        _window.Move();
        _mel.Move();
        return result;
    }

    private Abstention Gate(in InflectionResult result)
    {
        var activity = result.Activity;
        if (activity.ActiveSeconds < _gate.MinActiveS) return Abstention.LittleSpeech;
        if (activity.SnrDb < _gate.MinSnrDb) return Abstention.Noisy;
        if (activity.ClippedShare > _gate.MaxClipped) return Abstention.Clipped;
        if (result.LostShare > _gate.MaxLost) return Abstention.Lost;
        if (_window.VoicedSeconds < _gate.MinActiveS) return Abstention.NoVoice;
        return _model is null ? Abstention.NoModel : Abstention.None;
    }

    private InflectionResult Decide(InflectionModel model, in InflectionResult result, double time)
    {
        if (result.Prosody.RaisedWindow) _watch!.Raised(time);
        if (result.Abstention != Abstention.None) return result;

        var logits = model.Listen(_window.Samples, _mel);
        var relative = Baseline!.Apply(logits);
        var probabilities = model.Config.Calibration.Apply(relative);
        _speechSeconds += result.Activity.NewActiveSeconds;
        var alert = _decision!.Next(probabilities[model.Config.Decision.Target], time, _speechSeconds);
        var watch = _watch!.Next(_decision.Score, time);
        if (!_decision.On && _decision.Score < model.Config.Baseline.Below) Baseline.Add(logits, result.Activity.NewActiveSeconds);
        return result with
        {
            Logits = logits,
            Relative = relative,
            Probabilities = probabilities,
            Score = _decision.Score,
            On = _decision.On,
            Alert = alert,
            Watch = watch,
        };
    }
}
