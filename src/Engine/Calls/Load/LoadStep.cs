namespace SpeechQA.Engine.Calls.Load;

/// <summary>What live calls go without while the machine is behind, in the order of giving up; a step includes those before it.</summary>
internal enum LoadStep
{
    /// <summary>Nothing is given up.</summary>
    None,

    /// <summary>Every second partial is made.</summary>
    HalfPartials,

    /// <summary>Every fourth partial is made.</summary>
    FewPartials,

    /// <summary>No partial is made.</summary>
    NoPartials,

    /// <summary>The inflection model hears every second window.</summary>
    WideInflection,

    /// <summary>Finals are left out.</summary>
    ShedFinals,
}
