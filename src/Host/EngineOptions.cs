using SpeechQA.Engine.Biasing;
using SpeechQA.Engine.Calls.Phonetic;

namespace SpeechQA.Host;

/// <summary>What the engine of a command is built from; see <see cref="EngineSetup"/>.</summary>
internal sealed record EngineOptions
{
    /// <summary>Folder with <c>manifest.json</c>; null: <c>models</c> beside the program or above it (a checkout).</summary>
    public string? Models { get; init; }

    /// <summary>Rule file or folder; null: <c>samples/rules</c> beside the program or above it.</summary>
    public string? Rules { get; init; }

    /// <summary>File of the words that facts rest on; null: <c>samples/facts/facts.yaml</c> beside the program or above it.</summary>
    public string? Facts { get; init; }

    /// <summary>Codes from which <c>auto</c> chooses, best guess first.</summary>
    public IReadOnlyList<string> Languages { get; init; } = DefaultLanguages;

    /// <summary>Folder of the inflection head; null: <c>inflection</c> among the models; <c>none</c>: prosody alone.</summary>
    public string? Inflection { get; init; }

    /// <summary>File of how calm callers of the site sound; null: none. Live calls are taken in, recordings only use it.</summary>
    public string? Site { get; init; }

    /// <summary>Judges the agent's voice, too; see <see cref="Engine.Inflection.InflectionOptions"/> for the law.</summary>
    public bool InflectionAgent { get; init; }

    /// <summary>File of names that the recogniser should know; null: none. See <see cref="CustomerVocabulary"/>.</summary>
    public string? Vocabulary { get; init; }

    /// <summary>What the recogniser is biased towards.</summary>
    public BiasWords Bias { get; init; } = BiasWords.Vocabulary;

    /// <summary>How phrases of the rules are found by their sound; null: words as written alone.</summary>
    public PhoneticOptions? Sound { get; init; } = new();

    /// <summary>ggml file that Whisper.net recognises with; null: the default recogniser.</summary>
    public string? WhisperModel { get; init; }

    /// <summary>Threads that recognise; 1..64, one per core unless said otherwise.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    public static IReadOnlyList<string> DefaultLanguages { get; } = ["en", "fr"];
}
