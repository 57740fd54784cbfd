using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Calls.Load;

/// <summary>Work that a live call may go without; its name in metrics is in <see cref="EngineMetrics.ShedKinds"/>.</summary>
internal enum ShedKind
{
    /// <summary>Text while somebody speaks.</summary>
    Partial,

    /// <summary>A window that the inflection model did not hear.</summary>
    Inflection,

    /// <summary>An utterance without text.</summary>
    Final,
}
