using Microsoft.ML.OnnxRuntime;
using SpeechQA.Engine.Inference;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>
/// One way of calling decoder.onnx: <c>batch</c> utterances, <c>n</c> new tokens each, over buffers of its own that are bound
/// once per shape. Nothing is allocated or copied from one call to the next while the shapes stay.
/// </summary>
internal sealed class DecoderPass : IDisposable
{
    private readonly InferenceSession _session;
    private readonly WhisperSettings _settings;
    private readonly WhisperCounters _counters;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _run = new();
    private readonly List<OrtValue> _values = [];
    private readonly float[][] _fresh;
    private long[] _tokens = [], _pastLength = [], _crossLength = [];
    private float[] _logits = [], _alignment = [];
    private (KeyValueStack?, int, KeyValueStack?, int, int) _bound;
    private int _batch, _count, _time;

    public DecoderPass(InferenceSession session, WhisperSettings settings, WhisperCounters counters)
    {
        _session = session;
        _settings = settings;
        _counters = counters;
        _binding = session.CreateIoBinding();
        _fresh = new float[2 * settings.DecLayers][];
        Array.Fill(_fresh, []);
    }

    private int Width => _settings.Heads * KeyValueStack.HeadSize;

    /// <summary>Takes the shapes for the next calls.</summary>
    /// <param name="count">New tokens per utterance.</param>
    /// <param name="past">Cache columns, at least <paramref name="batch"/> slots.</param>
    /// <param name="cross">Encoder outputs, at least <paramref name="batch"/> slots from <paramref name="first"/> on.</param>
    public void Bind(int batch, int count, KeyValueStack past, KeyValueStack cross, int first = 0)
    {
        var key = (past, past.Version, cross, cross.Version, first);
        if (batch == _batch && count == _count && key == _bound) return;
        (_batch, _count, _time, _bound) = (batch, count, cross.Length, key);
        _binding.ClearBoundInputs();
        _binding.ClearBoundOutputs();
        Release();
        BindInput("tokens", ref _tokens, [batch, count]);
        BindInput("past_length", ref _pastLength, [batch]);
        BindInput("cross_length", ref _crossLength, [batch]);
        BindOutput("logits", ref _logits, [batch, count, _settings.Rows]);
        BindOutput("align", ref _alignment, [batch, _settings.AlignmentHeads.Length, count, _time]);
        for (var t = 0; t < _fresh.Length; t++)
        {
            var name = $"{(t % 2 == 0 ? 'k' : 'v')}_{t / 2}";
            _binding.BindInput("past_" + name, Keep(past.Tensor(t, 0, batch)));
            _binding.BindInput("cross_" + name, Keep(cross.Tensor(t, first, batch)));
            BindOutput("new_" + name, ref _fresh[t], [batch, count, Width]);
        }
    }

    /// <summary>Sets one utterance's input; <paramref name="past"/> and <paramref name="time"/> are its valid lengths.</summary>
    public void Feed(int item, ReadOnlySpan<int> rows, int past, int time)
    {
        for (var i = 0; i < rows.Length; i++) _tokens[item * _count + i] = rows[i];
        _pastLength[item] = past;
        _crossLength[item] = time;
    }

    public void Run()
    {
        var from = _counters.Now;
        var cpu = ModelCpu.Stamp();
        _session.RunWithBinding(_run, _binding);
        ModelCpu.Decoder.Add(cpu);
        _counters.Decoded(from, _batch * _count);
    }

    /// <summary>Logits after one token, [rows]; may be overwritten.</summary>
    public Span<float> Logits(int item, int token) => _logits.AsSpan((item * _count + token) * _settings.Rows, _settings.Rows);

    /// <summary>Cross-attention of one alignment head while a token was read, [time].</summary>
    public ReadOnlySpan<float> Alignment(int item, int head, int token) =>
        _alignment.AsSpan(((item * _settings.AlignmentHeads.Length + head) * _count + token) * _time, _time);

    /// <summary>Writes the new cache columns of one utterance.</summary>
    public void Store(int item, int count, KeyValueStack past, int slot, int position)
    {
        for (var t = 0; t < _fresh.Length; t++)
            for (var i = 0; i < count; i++)
                past.Put(t, slot, position + i, _fresh[t].AsSpan((item * _count + i) * Width, Width));
    }

    public void Dispose()
    {
        _binding.Dispose();
        _run.Dispose();
        Release();
    }

    private void BindInput<T>(string name, ref T[] buffer, long[] shape) where T : unmanaged =>
        _binding.BindInput(name, Keep(Value(ref buffer, shape)));

    private void BindOutput(string name, ref float[] buffer, long[] shape) =>
        _binding.BindOutput(name, Keep(Value(ref buffer, shape)));

    private static OrtValue Value<T>(ref T[] buffer, long[] shape) where T : unmanaged
    {
        var size = 1L;
        foreach (var d in shape) size *= d;
        if (buffer.Length < size) buffer = GC.AllocateArray<T>((int)size, pinned: true);
        return OrtValue.CreateTensorValueFromMemory(buffer, shape);
    }

    private OrtValue Keep(OrtValue value)
    {
        _values.Add(value);
        return value;
    }

    private void Release()
    {
        foreach (var value in _values) value.Dispose();
        _values.Clear();
    }
}
