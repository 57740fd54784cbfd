using Microsoft.ML.OnnxRuntime;
using SpeechQA.Engine.Inference;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

namespace SpeechQA.Bench.Peers;

/// <summary>decoder.onnx in ONNX Runtime, for one utterance: what the engine's own decoder is compared with.</summary>
internal sealed class OnnxDecoder(InferenceSession session, WhisperSettings settings) : IDisposable
{
    private const int Room = 448;

    private readonly RunOptions _options = new();
    private readonly float[][] _past = [.. Enumerable.Range(0, 2 * settings.DecLayers).Select(_ => GC.AllocateArray<float>(Room * Width(settings), pinned: true))];
    private float[] _logits = [], _alignment = [];
    private int _time;

    /// <summary>Reads tokens after those read before.</summary>
    /// <param name="position">How many were read before.</param>
    public void Run(EncodedSpeech speech, ReadOnlySpan<int> rows, int position)
    {
        _time = speech.Length;
        var count = rows.Length;
        // The cache's layout is [heads, length, 64]: as long as needed, in whole blocks.
        var room = Math.Max(32, (position + 31) / 32 * 32);
        var tokens = new long[count];
        for (var i = 0; i < count; i++) tokens[i] = rows[i];
        (_logits, _alignment) = (new float[count * settings.Rows], new float[settings.AlignmentHeads.Length * count * _time]);
        var fresh = _past.Select(_ => new float[count * Width(settings)]).ToArray();
        var values = new List<OrtValue>();
        using var binding = session.CreateIoBinding();
        Input("tokens", OrtValue.CreateTensorValueFromMemory(tokens, [1, count]));
        Input("past_length", OrtValue.CreateTensorValueFromMemory(new long[] { position }, [1]));
        Input("cross_length", OrtValue.CreateTensorValueFromMemory(new long[] { _time }, [1]));
        Output("logits", OrtValue.CreateTensorValueFromMemory(_logits, [1, count, settings.Rows]));
        Output("align", OrtValue.CreateTensorValueFromMemory(_alignment, [1, settings.AlignmentHeads.Length, count, _time]));
        for (var t = 0; t < _past.Length; t++)
        {
            var name = $"{(t % 2 == 0 ? 'k' : 'v')}_{t / 2}";
            Input("past_" + name, OrtValue.CreateTensorValueFromMemory(ByHead(_past[t], room), [1, settings.Heads, room, DecoderState.HeadSize]));
            Input("cross_" + name, speech.Tensor(t));
            Output("new_" + name, OrtValue.CreateTensorValueFromMemory(fresh[t], [1, count, Width(settings)]));
        }
        var cpu = ModelCpu.Stamp();
        session.RunWithBinding(_options, binding);
        ModelCpu.Decoder.Add(cpu);
        for (var t = 0; t < _past.Length; t++) fresh[t].CopyTo(_past[t], position * Width(settings));
        foreach (var value in values) value.Dispose();

        void Input(string name, OrtValue value)
        {
            values.Add(value);
            binding.BindInput(name, value);
        }

        void Output(string name, OrtValue value)
        {
            values.Add(value);
            binding.BindOutput(name, value);
        }
    }

    /// <summary>After one of the tokens read last.</summary>
    public Span<float> Logits(int token) => _logits.AsSpan(token * settings.Rows, settings.Rows);

    public ReadOnlySpan<float> Alignment(int token, int head) => _alignment.AsSpan((head * (_alignment.Length / settings.AlignmentHeads.Length / _time) + token) * _time, _time);

    public void Dispose() => _options.Dispose();

    private float[] ByHead(float[] past, int room)
    {
        var byHead = new float[room * Width(settings)];
        for (var p = 0; p < room; p++)
            for (var h = 0; h < settings.Heads; h++)
                past.AsSpan(p * Width(settings) + h * DecoderState.HeadSize, DecoderState.HeadSize).CopyTo(byHead.AsSpan((h * room + p) * DecoderState.HeadSize));
        return byHead;
    }

    private static int Width(WhisperSettings settings) => settings.Heads * DecoderState.HeadSize;
}
