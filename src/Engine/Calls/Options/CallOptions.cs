using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;

namespace SpeechQA.Engine.Calls.Options;

/// <summary>What a call is opened with.</summary>
public sealed record CallOptions
{
    /// <summary>One or two legs.</summary>
    public required IReadOnlyList<LegOptions> Legs { get; init; }

    /// <summary>The id in the caller's own system; opening it again while it is open answers the same call.</summary>
    public string? ExternalId { get; init; }
    /// <summary>
    /// Whose call it is, such as a number or a customer's id; only used to let a caller count once among the site's calm voices.
    /// </summary>
    public string? Caller { get; init; }

    /// <summary>The agent's name or id, for a person.</summary>
    public string? Agent { get; init; }

    /// <summary>The queue's name: rules may be meant for some queues only.</summary>
    public string? Queue { get; init; }

    /// <summary>A language code, or <c>auto</c>: chosen per leg from the engine's languages.</summary>
    public string Language { get; init; } = "auto";

    /// <summary>
    /// True: audio comes as it is spoken; likely finals are decoded early and overload sheds. False: a recording, which
    /// takes what live calls leave and waits instead. Transcript and alerts are the same.
    /// </summary>
    public bool Live { get; init; } = true;

    /// <summary>
    /// Transcripts are not masked: only for measuring a recogniser on test audio against its reference, where a masked number
    /// would count as a wrong one. Evidence of alerts stays masked. Recordings only.
    /// </summary>
    public bool Unmasked { get; init; }

    /// <summary>What is told of an utterance before it is over; live calls only.</summary>
    public PartialOptions Partials { get; init; } = new();
}

/// <param name="Party">Who speaks on the leg.</param>
/// <param name="SampleRate">Samples per second written into its pipe, 8000..48000.</param>
public sealed record LegOptions(Party Party, int SampleRate = 8000)
{
    /// <summary>Which line it comes over.</summary>
    public SiteLine Line { get; init; } = SiteLine.File;
}
