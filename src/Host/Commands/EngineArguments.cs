using System.CommandLine;
using System.CommandLine.Parsing;
using SpeechQA.Engine.Biasing;
using SpeechQA.Engine.Calls.Phonetic;

namespace SpeechQA.Host.Commands;

/// <summary>The options of every command that runs the engine.</summary>
internal sealed class EngineArguments
{
    private const string WhisperNet = "whisper-net";

    private readonly Option<string?> _models = new("--models")
    {
        Description = "Folder of the models [default: models beside the program]",
        HelpName = "PATH",
    };
    private readonly Option<string?> _rules = new("--rules")
    {
        Description = "Rule file or folder [default: samples/rules beside the program]",
        HelpName = "PATH",
    };
    private readonly Option<string?> _facts = new("--facts")
    {
        Description = "File of the words that facts rest on [default: samples/facts/facts.yaml beside the program]",
        HelpName = "PATH",
    };
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

    private readonly Option<string> _recognizer = new("--recognizer")
    {
        Description = $"default, or {WhisperNet}: whisper.cpp with the model that --whisper-model names (docs/models.md)",
        HelpName = "NAME",
        DefaultValueFactory = _ => "default",
    };

    private readonly Option<string?> _whisperModel = new("--whisper-model")
    {
        Description = "Whisper model in whisper.cpp's ggml format; 'models export-ggml' writes one",
        HelpName = "FILE",
    };

    private readonly Option<string?> _inflection = new("--inflection")
    {
        Description = "Folder of the inflection model, or none: prosody alone [default: inflection among the models]",
        HelpName = "PATH",
    };

    private readonly Option<bool> _inflectionAgent = new("--inflection-agent")
    {
        Description = "Judge the agent's voice for emotion, too; prohibited in the European Union except for medical or safety reasons",
    };

    private readonly Option<string?> _site = new("--site")
    {
        Description = "File of how calm callers of this site sound: live calls are taken in and written, recordings only use it",
        HelpName = "FILE",
    };

    private readonly Option<string?> _vocabulary = new("--vocabulary")
    {
        Description = "Names that the recogniser should know, one a line (docs/rules/reference.md)",
        HelpName = "FILE",
    };

    private readonly Option<string> _bias = new("--bias")
    {
        Description = "What the recogniser is biased towards: none, vocabulary, or rules (the vocabulary and the phrases of the rules)",
        HelpName = "WORDS",
        DefaultValueFactory = _ => "vocabulary",
    };

    private readonly Option<string> _sound = new("--phonetic")
    {
        Description = "Find phrases of the rules by their sound, too: on or off",
        HelpName = "ON",
        DefaultValueFactory = _ => "on",
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
        command.Options.Add(_facts);
        command.Options.Add(_languages);
        command.Options.Add(_workers);
        _recognizer.AcceptOnlyFromAmong("default", WhisperNet);
        command.Options.Add(_recognizer);
        command.Options.Add(_whisperModel);
        command.Validators.Add(Agree);
        _bias.AcceptOnlyFromAmong("none", "vocabulary", "rules");
        command.Options.Add(_vocabulary);
        _sound.AcceptOnlyFromAmong("on", "off");
        command.Options.Add(_bias);
        command.Options.Add(_sound);
        command.Options.Add(_inflection);
        command.Options.Add(_inflectionAgent);
        command.Options.Add(_site);
    }

    public EngineOptions Read(ParseResult parse) => new()
    {
        Models = parse.GetValue(_models),
        Rules = parse.GetValue(_rules),
        Facts = parse.GetValue(_facts),
        Languages = Split(parse.GetValue(_languages)),
        Workers = parse.GetValue(_workers),
        WhisperModel = parse.GetValue(_whisperModel),
        Vocabulary = parse.GetValue(_vocabulary),
        Bias = Enum.Parse<BiasWords>(parse.GetValue(_bias)!, ignoreCase: true),
        Sound = parse.GetValue(_sound) == "on" ? new PhoneticOptions() : null,
        Inflection = parse.GetValue(_inflection),
        Site = parse.GetValue(_site),
        InflectionAgent = parse.GetValue(_inflectionAgent),
    };

    /// <summary>Checks that a language is one that the engine chooses from.</summary>
    public static string KnownLanguage(string language, EngineOptions options) => language == "auto" || options.Languages.Contains(language)
        ? language
        : throw new UsageException($"--language {language}: give {string.Join(", ", options.Languages)} or auto (see --languages)");

    private void Agree(CommandResult result)
    {
        // The tokens, for a value that is not accepted cannot be asked for.
        var wanted = result.GetResult(_recognizer)?.Tokens is [{ Value: WhisperNet }];
        var model = result.GetResult(_whisperModel)?.Tokens is { Count: > 0 };
        if (wanted && !model)
            result.AddError($"--recognizer {WhisperNet} needs --whisper-model FILE; 'models export-ggml FILE' writes one");
        if (!wanted && model) result.AddError($"--whisper-model needs --recognizer {WhisperNet}");
    }

    private static string[] Split(string? codes) =>
        (codes ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } some
            ? some
            : [""];
}
