namespace SpeechQA.Engine.Rules.Definitions;

/// <summary>How far what was heard may be from a phrase and still count as it, once the audio has confirmed it.</summary>
public enum PhoneticTolerance
{
    /// <summary>Words and word forms only.</summary>
    Off,

    /// <summary>A sound or two of a long word: <c>résiluer</c> for <c>résilier</c>.</summary>
    Close,

    /// <summary>About a third of the sounds.</summary>
    Wide,
}
