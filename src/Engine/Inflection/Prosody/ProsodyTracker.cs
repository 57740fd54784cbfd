namespace SpeechQA.Engine.Inflection.Prosody;

/// <summary>What prosody says of a window.</summary>
/// <param name="Facts">As measured.</param>
/// <param name="Usable">Whether there was enough clear voiced speech to say anything.</param>
/// <param name="Change">Against the leg's own calm speech so far, this window not included.</param>
/// <param name="BaselineReady">Whether enough calm speech was known for <paramref name="RaisedWindow"/>.</param>
/// <param name="RaisedWindow">The window alone sounds raised.</param>
/// <param name="RaisedVoice">So did the usable window before it.</param>
public readonly record struct ProsodyResult(ProsodyFacts Facts, bool Usable, ProsodyChange Change, bool BaselineReady, bool RaisedWindow,
    bool RaisedVoice);

/// <summary>
/// Prosody of a leg against its own calm speech: (1) facts of the window, (2) change against the baseline, (3) raised or
/// not, (4) a usable window that is not raised enters the baseline. A voice that stays raised for half a minute of speech
/// without a calmer word is another's (a change of caller): the baseline begins anew. One owner; nothing is allocated per window.
/// </summary>
/// <param name="rule">When a voice counts as raised, or null for the default.</param>
public sealed class ProsodyTracker(RaisedVoiceRule? rule = null)
{
    private const double LeastActiveSeconds = 1.0, LeastSnrDb = 8.0;

    /// <summary>Raised windows in a row (30 s of them) after which the voice is taken for another person's.</summary>
    public const int OtherVoiceWindows = 60;

    private readonly ProsodyMeter _meter = new();
    private readonly RaisedVoiceRule _rule = rule ?? RaisedVoiceRule.Default;
    private ProsodyBaseline _baseline = New(rule ?? RaisedVoiceRule.Default);
    private int _raised, _unbroken;

    /// <param name="window">24000 samples at 8 kHz, -1..1, 4000 of them new since the last call.</param>
    /// <param name="heard">False: the window is no voice, or too much of it was lost, to be usable.</param>
    public ProsodyResult Next(ReadOnlySpan<float> window, bool heard = true)
    {
        var facts = _meter.Next(window);
        var usable = heard && facts.ActiveSeconds >= LeastActiveSeconds && facts.SnrDb >= LeastSnrDb && double.IsFinite(facts.Pitch);
        var change = _baseline.ChangeOf(facts);
        var ready = _rule.IsReady(_baseline.SpeechSeconds);
        var raised = usable && _rule.IsRaised(change, _baseline.SpeechSeconds);
        if (usable) _unbroken = raised ? _unbroken + 1 : 0;
        if (_unbroken >= OtherVoiceWindows)
        {
            _baseline = New(_rule);
            (_unbroken, raised) = (0, false);
        }
        _raised = raised ? _raised + 1 : 0;
        if (usable && !raised) _baseline.Add(facts);
        return new ProsodyResult(facts, usable, change, ready, raised, _raised >= RaisedVoiceRule.Windows);
    }

    private static ProsodyBaseline New(RaisedVoiceRule rule) => new(rule.CountsFirstWindow);
}
