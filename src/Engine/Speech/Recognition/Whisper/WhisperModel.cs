using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;
using SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;
using SpeechQA.Engine.Speech.Recognition.Whisper.Tokens;
using SpeechQA.Engine.Speech.Recognition.Whisper.WordTimes;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>The files of one Whisper model, loaded once and shared by all workers.</summary>
internal sealed class WhisperModel
{
    private readonly ConditionalWeakTable<RecognitionBias, ConcurrentDictionary<string, PhraseTrie>> _tries = [];

    public WhisperModel(ModelSessions sessions, string name)
    {
        Name = name;
        Settings = WhisperSettings.Read(sessions.Folder[$"{name}/settings.json"]);
        var tokens = sessions.Folder[$"{name}/tokens.txt"];
        Vocabulary = Vocabulary.Read(tokens);
        if (Vocabulary.Count != Settings.Rows)
            throw new BadInputException($"{tokens.FullPath}: {Vocabulary.Count} tokens for {Settings.Rows} rows", "export the model again");
        Rules = new DecodingRules(Settings, Vocabulary);
        Spelling = new LooseSpelling(Vocabulary, Rules);
        Encoder = sessions.Weights($"{name}/encoder.onnx", path => AudioWeights.Read(path, Settings));
        Decoder = sessions.Weights($"{name}/decoder.onnx", path => DecoderWeights.Read(path, Settings));
    }

    public string Name { get; }
    public WhisperSettings Settings { get; }
    public Vocabulary Vocabulary { get; }
    public DecodingRules Rules { get; }
    public LooseSpelling Spelling { get; }
    public AudioWeights Encoder { get; }
    public DecoderWeights Decoder { get; }

    /// <summary>A hypothesis's bias in its language, or null when there is none.</summary>
    public PhraseBias? BiasOf(RecognitionBias? bias, string language)
    {
        if (bias is null || bias.Of(language) is not { Count: > 0 } phrases) return null;
        var trie = _tries.GetValue(bias, _ => []).GetOrAdd(language, _ => new PhraseTrie(Vocabulary, Settings.Bias, phrases));
        return new PhraseBias(trie);
    }

    /// <summary>Text, words and probabilities of a hypothesis that has stopped.</summary>
    public Recognition Result(Hypothesis hypothesis, WordTimer timer, RecognitionClock clock)
    {
        var tokens = new List<int>();
        var all = new List<int>();
        var sum = 0.0;
        for (var i = 0; i < hypothesis.Rows.Length; i++)
        {
            all.Add(Vocabulary.IdOf(hypothesis.Rows[i]));
            if (!Rules.IsText(hypothesis.Rows[i])) continue;
            tokens.Add(all[^1]);
            sum += hypothesis.LogProbabilities[i];
        }
        var average = tokens.Count == 0 ? 0 : sum / tokens.Count;
        var text = Vocabulary.Text(tokens);
        return new Recognition
        {
            Text = text.Trim(),
            Language = hypothesis.Language,
            Words = timer.Words(hypothesis),
            AverageLogProbability = (float)average,
            NoSpeechProbability = (float)hypothesis.NoSpeech,
            IsSpeech = SpeechGate.IsSpeech(text, hypothesis.NoSpeech, average, Settings.Gate),
            Stop = hypothesis.Stop!,
            Tokens = tokens,
            DraftTokens = all,
            DraftAccepted = hypothesis.Accepted,
            Clock = clock,
        };
    }
}
