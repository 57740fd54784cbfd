using System.CommandLine;

namespace SpeechQA.Host.Commands;

/// <summary><c>speechqa evaluate</c>: quality figures against audio of which the truth is known.</summary>
internal static class EvaluateCommand
{
    public static Command Create() => new("evaluate", "Measure quality on recordings of which the truth is known")
    {
        EvaluateRecognitionCommand.Create(),
        EvaluateCallsCommand.Create(),
        EvaluateInflectionCommand.Create(),
        EvaluateTextCommand.Create(),
        EvaluateNoiseCommand.Create(),
        EvaluatePartialsCommand.Create(),
        EvaluatePhrasesCommand.Create(),
    };

    /// <summary>The folders of every <c>evaluate</c> command.</summary>
    public static Argument<string[]> Folders(string description) => new("PATH") { Description = description, Arity = ArgumentArity.OneOrMore };

    public static Option<string?> Language() => new("--language") { Description = "auto: detected, or a code [default: as the truth says]", HelpName = "CODE" };

    public static Option<string?> Json() => new("--json") { Description = "Also write the figures as JSON", HelpName = "FILE" };

    /// <summary>Checks that a language is one that the engine chooses from.</summary>
    public static string Known(string language, EngineOptions options) => language == "auto" || options.Languages.Contains(language)
        ? language
        : throw new UsageException($"--language {language}: give {string.Join(", ", options.Languages)} or auto (see --languages)");
}
