using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inference.Onnx;

namespace SpeechQA.Engine.Inference.Matrices;

/// <summary>Weights of a linear layer as floats, in the panels of <see cref="FloatTiles"/>. Immutable, shared by all threads.</summary>
internal sealed unsafe class FloatMatrix : IMatrix, IProduct
{
    private readonly NativeFloats _panels = new();

    /// <param name="weight">Of an input and an output.</param>
    public FloatMatrix(int inputs, int outputs, Func<int, int, float> weight)
    {
        (Inputs, Outputs) = (inputs, outputs);
        _panels.Grow(inputs * Stride);
        var panels = _panels.Span;
        for (var o = 0; o < Stride; o++)
            for (var i = 0; i < inputs; i++)
                panels[(o / FloatTiles.Panel * inputs + i) * FloatTiles.Panel + o % FloatTiles.Panel] = o < outputs ? weight(i, o) : 0;
    }

    /// <param name="weights">[inputs, outputs].</param>
    /// <exception cref="BadInputException">It is of another shape.</exception>
    public static FloatMatrix Of(OnnxTensor weights)
    {
        if (weights.Shape is not [var inputs, var outputs])
            throw new BadInputException($"weights of [{string.Join(", ", weights.Shape)}]", ModelFile.Remedy);
        var values = weights.Floats.ToArray();
        return new FloatMatrix((int)inputs, (int)outputs, (i, o) => values[i * (int)outputs + o]);
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>Floats of a row of products: outputs in whole panels, those beyond 0.</summary>
    public int Stride => FloatTiles.Padded(Outputs);

    IProduct IMatrix.Product(QuantizedRows rows) => this;

    /// <param name="to">[count][<see cref="Stride"/>].</param>
    public void Multiply(float* from, int stride, int count, float* to) => Multiply(from, stride, count, to, add: false);

    /// <inheritdoc cref="Multiply(float*, int, int, float*)"/>
    /// <param name="add">Adds to what is there.</param>
    public void Multiply(float* from, int stride, int count, float* to, bool add) =>
        FloatTiles.Multiply(from, stride, count, Inputs, _panels.Start, Stride / FloatTiles.Panel, to, Stride, add);
}
