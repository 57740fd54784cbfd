using SpeechQA.Engine.Calls.Early;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Secrets;

namespace SpeechQA.Engine.Calls.Timeline;

/// <summary>
/// What of a call's words may be given out. A final is shown at once with every number masked that may be a secret; when
/// the other leg has come as far, so that its prompts are known, it is settled which numbers are, and an utterance whose
/// masks then differ is given out anew. Settling follows the merged order, so it depends on the words alone.
/// </summary>
/// <param name="unmasked">See <see cref="CallOptions.Unmasked"/>.</param>
internal sealed class TranscriptSecrecy(IReadOnlyList<Party> parties, IReadOnlyList<SecretPattern> patterns, bool unmasked = false)
{
    private readonly CallSecrets _secrets = new(parties, patterns);
    private readonly Dictionary<(int Leg, int Index), (Utterance Utterance, int Revision)> _shown = [];

    /// <summary>Everything said, as it was given out last.</summary>
    public IEnumerable<Utterance> Shown => _shown.Values.Select(s => s.Utterance);

    /// <summary>A final as it may be shown at once.</summary>
    public Utterance Show(Utterance said)
    {
        var masked = unmasked ? said : NumberMask.Of(said);
        _shown[(said.Leg, said.Index)] = (masked, 0);
        return masked;
    }

    /// <summary>A partial as it may be shown.</summary>
    public TranscriptDraft Show(TranscriptDraft draft) => draft with { SoFar = NumberMask.Of(_secrets.MaskPartial(draft.SoFar)) };

    /// <summary>Takes the next event of the merged order.</summary>
    /// <param name="found">Receives the secrets that became known.</param>
    /// <returns>Utterances to be given out anew, with the number of times they were before.</returns>
    public IReadOnlyList<(Utterance Utterance, int Revision)> Settle(LegEvent e, ICollection<SecretFinding> found)
    {
        if (e is not UtteranceSpoken { Utterance: var said }) return Revise(_secrets.Pass(e));
        var scan = _secrets.Hear(said);
        foreach (var finding in scan.Findings) found.Add(finding);
        return Revise([.. scan.Earlier, scan.Utterance]);
    }

    private List<(Utterance, int)> Revise(IReadOnlyList<Utterance> utterances)
    {
        if (unmasked) return [];
        var revised = new List<(Utterance, int)>();
        foreach (var utterance in utterances)
        {
            var (shown, revision) = _shown[(utterance.Leg, utterance.Index)];
            if (shown.Text == utterance.Text && shown.Words.SequenceEqual(utterance.Words)) continue;
            _shown[(utterance.Leg, utterance.Index)] = (utterance, revision + 1);
            revised.Add((utterance, revision + 1));
        }
        return revised;
    }
}
