using BenchmarkDotNet.Attributes;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.TextModels;

namespace SpeechQA.Bench.Micro;

/// <summary>Meaning of one utterance, by its length.</summary>
[MemoryDiagnoser]
public class TextModelBenchmarks
{
    private const string Speech =
        "I have been waiting for three weeks now and nobody has called me back so I would like to know what you are going to do about it "
        + "because otherwise I will have to look for another company that answers the phone";

    private ModelSessions _sessions = null!;
    private TextModel _model = null!;
    private TextReading _reading = null!;
    private string _text = "";

    [Params(5, 15, 40)]
    public int Words { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _sessions = new ModelSessions(ModelFolder.Find());
        _model = TextModel.Open(_sessions);
        _reading = _model.NewReading();
        _text = string.Join(' ', Speech.Split(' ').Take(Words));
    }

    [Benchmark]
    public float Read()
    {
        _model.Read(_text, _reading);
        return _reading.Sentiment;
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _model.Dispose();
        _sessions.Dispose();
    }
}
