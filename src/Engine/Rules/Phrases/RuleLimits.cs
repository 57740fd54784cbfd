namespace SpeechQA.Engine.Rules.Phrases;

/// <summary>How large rules may be. All are far beyond what a site writes; they stop accidents and hostile files.</summary>
public static class RuleLimits
{
    /// <summary>Size of one file, bytes.</summary>
    public const int FileBytes = 2 << 20;

    /// <summary>Files of one folder.</summary>
    public const int Files = 500;

    /// <summary>Rules in force together.</summary>
    public const int Rules = 20_000;

    /// <summary>Levels of conditions, of brackets in a phrase and of terms within terms.</summary>
    public const int Nesting = 8;

    /// <summary>Levels of the YAML itself.</summary>
    public const int YamlNesting = 40;

    /// <summary>Conditions of one combination, and phrases of one condition.</summary>
    public const int Children = 500;

    /// <summary>Characters of a phrase or term as written.</summary>
    public const int PhraseCharacters = 2000;

    /// <summary>Most words of a match, a gap counted as three.</summary>
    public const int PhraseWords = 40;

    /// <summary>Parts of one phrase with its terms put in.</summary>
    public const int PhraseNodes = 20_000;

    /// <summary>States of the automaton of one language.</summary>
    public const int AutomatonStates = 4_000_000;

    /// <summary>Characters of an example of a meaning.</summary>
    public const int ExampleCharacters = 500;

    /// <summary>Examples and counter-examples of all rules together: each takes about 1 ms when rules are read.</summary>
    public const int Examples = 20_000;

    /// <summary>Secrets of a site's own.</summary>
    public const int SecretPatterns = 100;

    /// <summary>Longest duration a rule may name.</summary>
    public static readonly TimeSpan LongestDuration = TimeSpan.FromHours(2);
}
