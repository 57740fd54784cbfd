using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;

namespace SpeechQA.Engine.Rules.Running;

/// <summary>The rules across the legs of a call, in the merged order of their events.</summary>
internal sealed class MergedRules
{
    private readonly RuleCall _call;
    private readonly RuleRun _run;
    private readonly IReadOnlyList<LegVoice> _voices;
    private readonly CallSilence _silence;
    private readonly CallTalkOver _talkOver;

    /// <param name="voices">When each leg had voice, in the merged order.</param>
    public MergedRules(RuleSet set, RuleCall call, IReadOnlyList<LegVoice> voices)
    {
        _call = call;
        _run = new RuleRun(set, call, -1);
        _voices = voices;
        _silence = new CallSilence(_voices);
        _talkOver = new CallTalkOver(_voices);
    }

    /// <summary>Takes the next event, which all legs have passed.</summary>
    public void Apply(LegEvent e, LegRules leg, RuleSet current, ICollection<Alert> alerts)
    {
        if (e is UtteranceSpoken && current != _run.Set) _run.Change(current);
        foreach (var (node, found) in leg.AcrossLegs(e, _run.Set)) Feed(node, found);
        _voices[e.Leg].Apply(e);
        _silence.Apply(e);
        foreach (var node in _run.Set.Silences)
            if (_silence.Judge(node, e.Decided) is { } silence) Feed(node, silence);
        if (e is SecretSpoken { Finding: var secret })
            foreach (var node in _run.Set.Secrets)
                if (SecretJudge.Judge(node, secret, e.Decided) is { } spoken) Feed(node, spoken);
        if (e is UtteranceSpoken or VoiceStarted)
            foreach (var node in _run.Set.TalkOvers)
                if (_talkOver.Judge(node, e.Decided) is { } both) Feed(node, both);
        _run.Pass(e.Decided, _voices);
        _run.Flush(alerts);
    }

    private void Feed(RuleNode node, Occurrence found)
    {
        if (_run.Set.Compiled[node.Rule].FitsQueue(_call.Queue)) _run.Feed(node, found);
    }
}
