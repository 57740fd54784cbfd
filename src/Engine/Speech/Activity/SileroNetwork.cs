using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inference.Onnx;

namespace SpeechQA.Engine.Speech.Activity;

/// <summary>
/// The graph of Silero v5 for 16 kHz, computed by ourselves: magnitudes of four windows of 256 samples, four convolutions
/// over time with ReLU that leave one step, an LSTM cell, one output. ONNX Runtime takes eight times as long for
/// one frame of one leg.
/// </summary>
internal sealed class SileroNetwork
{
    /// <summary>Size of the LSTM's output and of its cell.</summary>
    public const int Hidden = 128;

    /// <summary>Samples of a frame: 64 of context and 512 new ones.</summary>
    public const int Input = 576;

    private const string Branch = "If_0_then_branch__Inline_0__";
    private const int Window = 256, Hop = 128, Bins = Window / 2 + 1, Steps = 4;
    private const int Padding = Window + (Steps - 1) * Hop - Input;
    private const int Taps = 3, Wide = 128, Narrow = 64;

    [ThreadStatic] private static Scratch? _scratch;

    private readonly float[] _window;
    private readonly Convolution _first, _second, _third, _fourth, _gates;
    private readonly float[] _output;
    private readonly float _outputBias;

    private SileroNetwork(Weights weights)
    {
        // The basis is a Fourier transform with this window (its first row, the cosine of zero), rounded to floats. A real FFT is
        // nearer to it than that and reads a tenth of the memory.
        _window = weights["stft.forward_basis_buffer", 2 * Bins, 1, Window][..Window].ToArray();
        _first = weights.Convolution(0, Bins, Wide, Steps);
        _second = weights.Convolution(1, Wide, Narrow, Steps / 2);
        // One step each: what lies before or after it is padding, and taps for that are left out.
        _third = weights.Convolution(2, Narrow, Narrow, 1, firstTap: 1);
        _fourth = weights.Convolution(3, Narrow, Wide, 1, firstTap: 1, lastTap: 1);
        _gates = weights.Cell(Wide, Hidden);
        _output = weights["decoder.decoder.2.weight", 1, Hidden, 1].ToArray();
        _outputBias = weights["decoder.decoder.2.bias", 1][0];
    }

    /// <exception cref="BadInputException">Not the graph of this model.</exception>
    public static SileroNetwork Read(string path) => new(new Weights(path));

    /// <summary>Probability of voice.</summary>
    /// <param name="samples">[<see cref="Input"/>].</param>
    /// <param name="hidden">What the LSTM has put out, before and after.</param>
    /// <param name="cell">What it remembers, before and after.</param>
    public float Next(ReadOnlySpan<float> samples, Span<float> hidden, Span<float> cell)
    {
        var s = _scratch ??= new Scratch();
        Magnitudes(samples, s);
        _first.Apply(s.Magnitudes, Bins, s.First.AsSpan(Wide));
        Relu(s.First.AsSpan(Wide));
        _second.Apply(s.First, 2 * Wide, s.Second);
        Relu(s.Second);
        _third.Apply(s.Second, 0, s.Third);
        Relu(s.Third);
        var fourth = s.CellInput.AsSpan(0, Wide);
        _fourth.Apply(s.Third, 0, fourth);
        Relu(fourth);
        hidden.CopyTo(s.CellInput.AsSpan(Wide));
        _gates.Apply(s.CellInput, 0, s.Gates);
        Remember(s.Gates, hidden, cell);
        return Output(hidden);
    }

    private void Magnitudes(ReadOnlySpan<float> samples, Scratch s)
    {
        samples[..Input].CopyTo(s.Samples);
        // Mirrored at the last sample.
        for (var i = 0; i < Padding; i++) s.Samples[Input + i] = samples[Input - 2 - i];
        s.Fft.Power(s.Samples, Hop, _window, s.Power);
        for (var k = 0; k < Bins; k++)
        {
            var magnitude = Vector256.Sqrt(s.Power[k]);
            for (var t = 0; t < Steps; t++) s.Magnitudes[(1 + t) * Bins + k] = (float)magnitude[t];
        }
    }

    private static void Relu(Span<float> values) => TensorPrimitives.Max(values, 0, values);

    private static void Remember(Span<float> gates, Span<float> hidden, Span<float> cell)
    {
        var take = gates[..Hidden];
        var keep = gates.Slice(Hidden, Hidden);
        var fresh = gates.Slice(2 * Hidden, Hidden);
        var show = gates[(3 * Hidden)..];
        TensorPrimitives.Sigmoid(gates[..(2 * Hidden)], gates[..(2 * Hidden)]);
        TensorPrimitives.Tanh(fresh, fresh);
        TensorPrimitives.Sigmoid(show, show);
        TensorPrimitives.Multiply(take, fresh, take);
        TensorPrimitives.Multiply(keep, cell, keep);
        TensorPrimitives.Add(take, keep, cell);
        TensorPrimitives.Tanh(cell, hidden);
        TensorPrimitives.Multiply(hidden, show, hidden);
    }

    private float Output(ReadOnlySpan<float> hidden)
    {
        var h = MemoryMarshal.Cast<float, Vector256<float>>(hidden);
        var w = MemoryMarshal.Cast<float, Vector256<float>>(_output);
        var sum = Vector256<float>.Zero;
        for (var i = 0; i < w.Length; i++) sum += Vector256.Max(h[i], Vector256<float>.Zero) * w[i];
        return 1 / (1 + MathF.Exp(-(Vector256.Sum(sum) + _outputBias)));
    }

    /// <summary>What is needed while a frame is computed: of the thread, so that legs stay small and it stays in the cache.</summary>
    private sealed class Scratch
    {
        public readonly RealFft Fft = new(Window);
        public readonly float[] Samples = new float[Input + Padding];
        public readonly Vector256<double>[] Power = new Vector256<double>[Bins];

        // The convolutions' padding of zeros before and after the steps is part of these and never written.
        public readonly float[] Magnitudes = new float[(1 + Steps + 1) * Bins];
        public readonly float[] First = new float[(1 + Steps) * Wide];
        public readonly float[] Second = new float[Steps / 2 * Narrow];
        public readonly float[] Third = new float[Narrow];
        public readonly float[] CellInput = new float[Wide + Hidden];
        public readonly float[] Gates = new float[4 * Hidden];
    }

    /// <summary>The constants of the branch for 16 kHz.</summary>
    private sealed class Weights(string path)
    {
        private readonly OnnxTensors _tensors = OnnxTensors.Read(path);

        public ReadOnlySpan<float> this[string name, params ReadOnlySpan<long> shape] => _tensors[Branch + name] is var tensor
            && shape.SequenceEqual([.. tensor.Shape])
            ? tensor.Floats
            : throw new BadInputException(
                $"{path}: not Silero v5, {name} is [{string.Join(", ", tensor.Shape)}] and not [{string.Join(", ", shape.ToArray())}]",
                ModelFile.Remedy);

        public Convolution Convolution(int index, int inputs, int outputs, int steps, int firstTap = 0, int lastTap = Taps - 1)
        {
            var weight = this[$"encoder.{index}.reparam_conv.weight", outputs, inputs, Taps].ToArray();
            var bias = this[$"encoder.{index}.reparam_conv.bias", outputs];
            return new Convolution((lastTap - firstTap + 1) * inputs, steps, bias, (o, r) =>
                weight[(o * inputs + r % inputs) * Taps + firstTap + r / inputs]);
        }

        /// <summary>
        /// The gates of the LSTM in the order of the weights: input, forget, cell, output (the graph brings them into ONNX's own).
        /// </summary>
        public Convolution Cell(int inputs, int hidden)
        {
            var (input, recurrent) = (this["decoder.rnn.weight_ih", 4 * hidden, inputs].ToArray(),
                this["decoder.rnn.weight_hh", 4 * hidden, hidden].ToArray());
            var bias = this["decoder.rnn.bias_ih", 4 * hidden].ToArray();
            TensorPrimitives.Add(bias, this["decoder.rnn.bias_hh", 4 * hidden], bias);
            return new Convolution(inputs + hidden, 1, bias, (o, r) => r < inputs
                ? input[o * inputs + r]
                : recurrent[o * hidden + r - inputs]);
        }
    }
}
