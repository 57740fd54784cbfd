using SpeechQA.Engine.Facts;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Calls.Timeline;

/// <summary>What the timeline of one call works with.</summary>
internal sealed record TimelineParts
{
    /// <summary>Raise alerts.</summary>
    public required ICallRules Rules { get; init; }

    /// <summary>Masks what may not be given out.</summary>
    public required TranscriptSecrecy Secrecy { get; init; }

    /// <summary>Gathers what the call was like.</summary>
    public required FactCollector Facts { get; init; }

    /// <summary>Reads what utterances mean, for all calls; null: nobody does.</summary>
    public TextModel? Text { get; init; }
}
