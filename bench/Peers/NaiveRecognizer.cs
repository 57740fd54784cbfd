using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;
using SpeechQA.Engine.Speech.Recognition.Whisper.Tokens;

namespace SpeechQA.Bench.Peers;

/// <summary>
/// The design that comes to mind first, on the same graphs: a call opens sessions of its own, every utterance is heard in a window
/// of 30 s, and is decoded alone. Windows, decoding and rules are ours, so the difference is the design's, not the code's.
/// </summary>
internal sealed class NaiveRecognizer : IDisposable
{
    private static readonly WindowPolicy Whole = new(Lead: 0, Tail: 0, Minimum: 30, Bucket: 0.5, Maximum: 30);

    private readonly ModelSessions _sessions;
    private readonly OnnxEncoder _encoder;
    private readonly EncodedSpeech _speech;
    private readonly OnnxDecoder _decoder;
    private readonly DecodingRules _rules;
    private readonly Vocabulary _vocabulary;

    public NaiveRecognizer()
    {
        _sessions = new ModelSessions(ModelFolder.Find());
        var settings = WhisperSettings.Read(_sessions.Folder["whisper-base/settings.json"]);
        _vocabulary = Vocabulary.Read(_sessions.Folder["whisper-base/tokens.txt"]);
        _rules = new DecodingRules(settings, _vocabulary);
        _encoder = new OnnxEncoder(_sessions.Open("whisper-base/encoder.onnx"), settings);
        _speech = new EncodedSpeech(settings.DecLayers, settings.Heads);
        _decoder = new OnnxDecoder(_sessions.Open("whisper-base/decoder.onnx"), settings);
    }

    public (string Text, int Tokens) Recognize(ReadOnlySpan<float> samples, string language)
    {
        _encoder.Encode(samples, _speech, Whole);
        var hypothesis = new Hypothesis(_rules, language, AudioTime.Seconds(samples.Length));
        _decoder.Run(_speech, hypothesis.First, 0);
        hypothesis.Begin(_decoder.Logits);
        while (hypothesis.Stop is null)
        {
            _decoder.Run(_speech, [hypothesis.Next], hypothesis.Read);
            hypothesis.Take(_decoder.Logits(0));
        }
        var text = _vocabulary.Text(hypothesis.Rows.ToArray().Where(_rules.IsText).Select(_vocabulary.IdOf));
        var tokens = hypothesis.Rows.Length;
        hypothesis.Attention.Dispose();
        return (text.Trim(), tokens);
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _speech.Dispose();
        _decoder.Dispose();
        _sessions.Dispose();
    }
}
