using BenchmarkDotNet.Attributes;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inflection;

namespace SpeechQA.Bench.Micro;

/// <summary>One window of inflection, of which there are two a second and leg: the model alone, and all that is done about it.</summary>
[MemoryDiagnoser]
public class InflectionBenchmarks
{
    private ModelSessions _sessions = null!;
    private InflectionModel _model = null!;
    private InflectionTracker _tracker = null!;
    private float[] _speech = [];
    private float[] _window = [];
    private int _place;

    [GlobalSetup]
    public void Setup()
    {
        _sessions = new ModelSessions(ModelFolder.Find());
        var config = InflectionConfig.Read(_sessions.Folder["inflection/config.json"].Require());
        _model = InflectionModel.Open(_sessions, "inflection", config);
        _tracker = new InflectionTracker(_model, 8_000);
        _speech = SampleSpeech.Agent(8);
        _window = [.. Enumerable.Range(0, 24_000).Select(i => _speech[2 * i])];
        Tracker();
    }

    [Benchmark(Baseline = true)]
    public InflectionScores Model() => _model.Listen(_window);

    /// <summary>Half a second of audio: filter, gate, prosody, model, decisions.</summary>
    [Benchmark]
    public double Tracker()
    {
        while (!_tracker.IsDue)
        {
            if (_place == _speech.Length) _place = 0;
            _place += _tracker.Add(_speech.AsSpan(_place));
        }
        return _tracker.Next().Score;
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _model.Dispose();
        _sessions.Dispose();
    }
}
