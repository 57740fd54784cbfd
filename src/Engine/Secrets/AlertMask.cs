using SpeechQA.Engine.Conversation;

namespace SpeechQA.Engine.Secrets;

/// <summary>Hides numbers that may be secrets in the evidence of alerts.</summary>
internal static class AlertMask
{
    /// <summary>The alert as it may be given out; itself when it has no such number.</summary>
    public static Alert Of(Alert alert)
    {
        Evidence[] evidence = [.. alert.Evidence.Select(Of)];
        return evidence.SequenceEqual(alert.Evidence)
            ? alert
            : alert with { Evidence = evidence, Summary = EvidenceText.Summary(evidence) };
    }

    // A reading by sound quotes heard words in How, too.
    private static Evidence Of(Evidence e)
    {
        var text = e.Text is null ? null : NumberMask.Of(e.Text);
        var quoted = e.How.LastIndexOf('\'');
        var how = quoted < 0 ? e.How : NumberMask.Of(e.How[..quoted]) + e.How[quoted..];
        return text == e.Text && how == e.How ? e : e with { Text = text, How = how };
    }
}
