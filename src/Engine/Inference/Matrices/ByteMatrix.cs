using System.Runtime.Intrinsics;
using Microsoft.ML.OnnxRuntime;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inference.Onnx;

namespace SpeechQA.Engine.Inference.Matrices;

/// <summary>
/// Weights of a linear layer in 8 bits with a scale per output. Bytes are multiplied by ONNX Runtime, in a session of one node
/// (MatMulInteger): it has the 512-bit instructions for that, which .NET cannot emit, and a call costs 2 us. Immutable, shared by all
/// threads; each multiplies with a <see cref="ByteProduct"/> of its own.
/// </summary>
internal sealed class ByteMatrix : IMatrix, IDisposable
{
    internal const string Input = "x", Zero = "zero", Output = "y";

    private readonly float[] _scales;

    /// <param name="weights">[inputs, outputs], signed bytes.</param>
    /// <param name="scales">[outputs].</param>
    /// <exception cref="BadInputException">The tensors do not belong together.</exception>
    public ByteMatrix(OnnxTensor weights, ReadOnlySpan<float> scales)
    {
        if (weights.Shape is not [var inputs, var outputs] || scales.Length != outputs || outputs % Vector512<float>.Count != 0)
            throw new BadInputException($"weights of [{string.Join(", ", weights.Shape)}] with {scales.Length} scales", ModelFile.Remedy);
        // Reading them checks that there are so many.
        _ = weights.SignedBytes;
        (Inputs, Outputs, _scales) = ((int)inputs, (int)outputs, scales.ToArray());
        using var options = ModelSessions.Options();
        // There is nothing to keep in it: inputs and outputs are ours.
        options.EnableCpuMemArena = false;
        Session = new InferenceSession(OnnxNodeGraph.Of("MatMulInteger", [Input, "w", Zero],
            [new(Input, OnnxTensor.Byte, Inputs), new(Zero, OnnxTensor.Byte, 0)], new(Output, OnnxTensor.Integer, Outputs),
            new Dictionary<string, OnnxTensor> { ["w"] = weights }), options);
    }

    public int Inputs { get; }

    public int Outputs { get; }

    internal InferenceSession Session { get; }

    public IProduct Product(QuantizedRows rows) => new ByteProduct(this, rows);

    /// <summary>Makes floats of a row of sums, in place.</summary>
    /// <param name="scale">Of the row's activations.</param>
    public unsafe void Scale(float* row, float scale)
    {
        var by = Vector512.Create(scale);
        fixed (float* scales = _scales)
            for (var i = 0; i < Outputs; i += Vector512<float>.Count)
                (Vector512.ConvertToSingle(Vector512.Load((int*)row + i)) * (by * Vector512.Load(scales + i))).Store(row + i);
    }

    public void Dispose() => Session.Dispose();
}
