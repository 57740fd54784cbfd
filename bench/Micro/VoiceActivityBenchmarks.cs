using BenchmarkDotNet.Attributes;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Activity;

namespace SpeechQA.Bench.Micro;

/// <summary>
/// A frame of 32 ms of each of 32 legs, by our own network and by ONNX Runtime, alone and in batches; figures are per frame.
/// The states of the legs go on.
/// </summary>
[MemoryDiagnoser]
public class VoiceActivityBenchmarks
{
    private const int Legs = 32;

    private readonly SileroModel.LegState[] _own = new SileroModel.LegState[Legs];
    private readonly VoiceBatch.Leg[] _legs = [.. Enumerable.Range(0, Legs).Select(_ => new VoiceBatch.Leg())];
    private readonly int[] _places = new int[Legs];
    private ReadOnlyMemory<float>[] _frames = [];
    private ModelSessions _sessions = null!;
    private VoiceBatch _one = null!, _eight = null!, _all = null!;
    private Func<int, ReadOnlyMemory<float>> _frameOf = null!;
    private int _first;

    /// <summary>Checks that ONNX Runtime hears what our network hears, and says how far they differ.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var speech = SampleSpeech.Agent(16);
        _frames = [.. Enumerable.Range(0, speech.Length / SileroModel.FrameSamples)
            .Select(i => (ReadOnlyMemory<float>)speech.AsMemory(i * SileroModel.FrameSamples, SileroModel.FrameSamples))];
        _sessions = new ModelSessions(ModelFolder.Find());
        var session = _sessions.Open("silero-vad/silero_vad.onnx");
        var model = SileroModel.Open(_sessions.Folder);
        for (var i = 0; i < Legs; i++) (_own[i], _places[i]) = (model.NewState(), i * _frames.Length / Legs);
        (_one, _eight, _all) = (new VoiceBatch(session, 1), new VoiceBatch(session, 8), new VoiceBatch(session, Legs));
        _frameOf = i => Frame(_first + i);

        var (difference, most) = (0f, 0f);
        for (var round = 0; round < 100; round++)
        {
            _first = 0;
            _all.Next(_legs, _frameOf);
            for (var i = 0; i < Legs; i++)
            {
                var voice = _own[i].Next(Frame(i).Span);
                (difference, most) = (Math.Max(difference, Math.Abs(voice - _legs[i].Voice)), Math.Max(most, voice));
            }
            Move();
        }
        Console.WriteLine($"// largest difference of a probability between ours and ONNX Runtime's over 100 frames of 32 legs: "
            + $"{difference:0.0e0}; highest probability {most:0.00}");
        if (difference > 1e-4 || most < 0.5) throw new InvalidOperationException("ONNX Runtime does not hear what our network hears");
    }

    [Benchmark(OperationsPerInvoke = Legs)]
    public float Own()
    {
        var sum = 0f;
        for (var i = 0; i < Legs; i++) sum += _own[i].Next(Frame(i).Span);
        Move();
        return sum;
    }

    /// <summary>ONNX Runtime, one leg in each call.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Legs)]
    public void Alone() => Batches(_one, 1);

    [Benchmark(OperationsPerInvoke = Legs)]
    public void BatchesOfEight() => Batches(_eight, 8);

    [Benchmark(OperationsPerInvoke = Legs)]
    public void BatchOfAll() => Batches(_all, Legs);

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (var batch in new[] { _one, _eight, _all }) batch.Dispose();
        _sessions.Dispose();
    }

    private void Batches(VoiceBatch batch, int size)
    {
        for (_first = 0; _first < Legs; _first += size) batch.Next(_legs.AsSpan(_first, size), _frameOf);
        Move();
    }

    private ReadOnlyMemory<float> Frame(int leg) => _frames[_places[leg]];

    private void Move()
    {
        for (var i = 0; i < Legs; i++) _places[i] = (_places[i] + 1) % _frames.Length;
    }
}
