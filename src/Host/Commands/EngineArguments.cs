using System.CommandLine;

namespace SpeechQA.Host.Commands;

/// <summary>The options of every command that runs the engine.</summary>
internal sealed class EngineArguments
{
    private readonly Option<string?> _models = new("--models") { Description = "Folder of the models [default: models beside the program]", HelpName = "PATH" };
    private readonly Option<string?> _rules = new("--rules") { Description = "Rule file or folder [default: samples/rules beside the program]", HelpName = "PATH" };
    private readonly Option<string> _languages = new("--languages")
    {
        Description = "Languages that 'auto' chooses from, best guess first",
        HelpName = "CODES",
        DefaultValueFactory = _ => string.Join(',', EngineOptions.DefaultLanguages),
    };

    private readonly Option<int> _workers = new("--workers")
    {
        Description = "Threads that recognise speech, 1..64",
        HelpName = "N",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    /// <summary>Adds the options to a command.</summary>
    public EngineArguments(Command command)
    {
        _workers.Validators.Add(r => r.InRange(1, 64));
        _languages.Validators.Add(r =>
        {
            if (Split(r.GetValueOrDefault<string>()).Any(code => code.Length is < 2 or > 3 || !code.All(char.IsAsciiLetterLower)))
                r.AddError("--languages: write codes like en,fr");
        });
        command.Options.Add(_models);
        command.Options.Add(_rules);
        command.Options.Add(_languages);
        command.Options.Add(_workers);
    }

    public EngineOptions Read(ParseResult parse) => new()
    {
        Models = parse.GetValue(_models),
        Rules = parse.GetValue(_rules),
        Languages = Split(parse.GetValue(_languages)),
        Workers = parse.GetValue(_workers),
    };

    private static string[] Split(string? codes) =>
        (codes ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } some ? some : [""];
}
