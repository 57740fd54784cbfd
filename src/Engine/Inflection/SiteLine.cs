namespace SpeechQA.Engine.Inflection;

/// <summary>Calls that sound alike: the same trunk or queue, with the same codec.</summary>
/// <param name="Line">The site's own name of the line (its queue), or empty.</param>
/// <param name="Codec">As negotiated: <c>PCMU</c>, <c>PCMA</c>, <c>L16</c>, or <c>file</c>.</param>
public readonly record struct SiteLine(string Line, string Codec)
{
    /// <summary>A recording, of which neither is known.</summary>
    public static readonly SiteLine File = new("", "file");
}

/// <summary>What a calm caller leaves behind.</summary>
/// <param name="Caller">
/// Whose call it was, or null when that is not known. Only 24 bits of a hash are kept: enough to let a caller count once,
/// too few to find a number again.
/// </param>
/// <param name="Logits">Mean logits of the caller's calm speech.</param>
/// <param name="SpeechSeconds">Calm active speech behind them.</param>
public readonly record struct CalmCaller(string? Caller, InflectionScores Logits, double SpeechSeconds);
