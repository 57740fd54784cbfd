using Microsoft.ML.OnnxRuntime;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

namespace SpeechQA.Bench.Peers;

/// <summary>
/// decoder.onnx in ONNX Runtime, for one utterance at a time: what the engine's own decoder is compared with. Buffers are bound once
/// per shape and nothing is copied but new columns of the cache.
/// </summary>
internal sealed class OnnxDecoder : IDisposable
{
    /// <summary>Columns by which the cache grows; ONNX Runtime sums over keys 16 at a time.</summary>
    private const int Growth = 32;

    private readonly InferenceSession _session;
    private readonly WhisperSettings _settings;
    private readonly RunOptions _options = new();
    private readonly OrtIoBinding _binding;
    private readonly List<OrtValue> _values = [];
    private readonly float[][] _past, _fresh;
    private long[] _tokens = [], _position = [0], _time = [0];
    private float[] _logits = [], _alignment = [];
    private (EncodedSpeech, int, int, int) _bound;

    public OnnxDecoder(InferenceSession session, WhisperSettings settings)
    {
        (_session, _settings, _binding) = (session, settings, session.CreateIoBinding());
        (_past, _fresh) = (new float[2 * settings.DecLayers][], new float[2 * settings.DecLayers][]);
        Array.Fill(_past, []);
        Array.Fill(_fresh, []);
    }

    private int Width => _settings.Heads * DecoderState.HeadSize;

    private int Room => _past[0].Length / Width;

    /// <summary>Reads tokens after those read before.</summary>
    /// <param name="position">How many were read before.</param>
    public void Run(EncodedSpeech speech, ReadOnlySpan<int> rows, int position)
    {
        while (Room < position + rows.Length) Grow();
        Bind(speech, rows.Length);
        for (var i = 0; i < rows.Length; i++) _tokens[i] = rows[i];
        (_position[0], _time[0]) = (position, speech.Length);
        var cpu = ModelCpu.Stamp();
        _session.RunWithBinding(_options, _binding);
        ModelCpu.Decoder.Add(cpu);
        for (var t = 0; t < _past.Length; t++)
            for (var i = 0; i < rows.Length; i++)
                for (var h = 0; h < _settings.Heads; h++)
                    _fresh[t].AsSpan(i * Width + h * DecoderState.HeadSize, DecoderState.HeadSize)
                        .CopyTo(_past[t].AsSpan((h * Room + position + i) * DecoderState.HeadSize));
    }

    /// <summary>After one of the tokens read last.</summary>
    public Span<float> Logits(int token) => _logits.AsSpan(token * _settings.Rows, _settings.Rows);

    /// <summary>Of one of the tokens read last, [time].</summary>
    public ReadOnlySpan<float> Alignment(int token, int head)
    {
        var (time, count) = ((int)_time[0], _tokens.Length);
        return _alignment.AsSpan((head * count + token) * time, time);
    }

    public void Dispose()
    {
        Release();
        _binding.Dispose();
        _options.Dispose();
    }

    private void Bind(EncodedSpeech speech, int count)
    {
        var key = (speech, speech.Version, count, Room);
        if (key == _bound) return;
        _bound = key;
        Release();
        _binding.ClearBoundInputs();
        _binding.ClearBoundOutputs();
        _tokens = new long[count];
        _logits = new float[count * _settings.Rows];
        _alignment = new float[_settings.AlignmentHeads.Length * count * speech.Length];
        _binding.BindInput("tokens", Keep(OrtValue.CreateTensorValueFromMemory(_tokens, [1, count])));
        _binding.BindInput("past_length", Keep(OrtValue.CreateTensorValueFromMemory(_position, [1])));
        _binding.BindInput("cross_length", Keep(OrtValue.CreateTensorValueFromMemory(_time, [1])));
        _binding.BindOutput("logits", Keep(OrtValue.CreateTensorValueFromMemory(_logits, [1, count, _settings.Rows])));
        _binding.BindOutput("align", Keep(OrtValue.CreateTensorValueFromMemory(_alignment,
            [1, _settings.AlignmentHeads.Length, count, speech.Length])));
        for (var t = 0; t < _past.Length; t++)
        {
            var name = $"{(t % 2 == 0 ? 'k' : 'v')}_{t / 2}";
            _fresh[t] = new float[count * Width];
            _binding.BindInput("past_" + name, Keep(OrtValue.CreateTensorValueFromMemory(_past[t],
                [1, _settings.Heads, Room, DecoderState.HeadSize])));
            _binding.BindInput("cross_" + name, Keep(speech.Tensor(t)));
            _binding.BindOutput("new_" + name, Keep(OrtValue.CreateTensorValueFromMemory(_fresh[t], [1, count, Width])));
        }
    }

    private void Grow()
    {
        var (from, to) = (Room * DecoderState.HeadSize, (Room + Growth) * DecoderState.HeadSize);
        for (var t = 0; t < _past.Length; t++)
        {
            var grown = new float[_settings.Heads * to];
            for (var h = 0; h < _settings.Heads; h++) _past[t].AsSpan(h * from, from).CopyTo(grown.AsSpan(h * to));
            _past[t] = grown;
        }
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
