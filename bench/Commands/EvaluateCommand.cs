using System.CommandLine;
using SpeechQA.Bench.Calls;
using SpeechQA.Bench.Inflection;
using SpeechQA.Bench.Noise;
using SpeechQA.Bench.Partials;
using SpeechQA.Bench.Phrases;
using SpeechQA.Bench.Text;
using SpeechQA.Bench.WordErrors;

namespace SpeechQA.Bench.Commands;

/// <summary><c>evaluate</c>: quality figures against audio of which the truth is known.</summary>
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
    public static Argument<string[]> Folders(string description) =>
        new("PATH") { Description = description, Arity = ArgumentArity.OneOrMore };

    public static Option<string?> Language() => new("--language")
    {
        Description = "auto: detected, or a code [default: as the truth says]",
        HelpName = "CODE"
    };

    public static Option<string?> Json() => new("--json") { Description = "Also write the figures as JSON", HelpName = "FILE" };
}
