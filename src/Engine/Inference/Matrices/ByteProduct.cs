using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace SpeechQA.Engine.Inference.Matrices;

/// <summary>
/// The buffers of one thread bound to a <see cref="ByteMatrix"/>; bound anew when they have moved or rows are more or fewer.
/// </summary>
/// <param name="rows">What is multiplied; shared by all products of the thread.</param>
internal sealed unsafe class ByteProduct(ByteMatrix matrix, QuantizedRows rows) : IProduct, IDisposable
{
    private readonly OrtIoBinding _binding = matrix.Session.CreateIoBinding();
    private readonly RunOptions _options = new();
    private (nint From, nint To, int Rows) _bound;

    public ByteMatrix Matrix => matrix;

    /// <summary>
    /// Multiplies what the rows hold: <paramref name="to"/> becomes [rows][outputs] of whole numbers, for <see cref="Scale"/>.
    /// </summary>
    public void Multiply(float* to)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length, matrix.Inputs);
        if (_bound != ((nint)rows.Values, (nint)to, rows.Rows)) Bind(to);
        matrix.Session.RunWithBinding(_options, _binding);
    }

    /// <summary>Makes floats of a row of whole numbers, in place.</summary>
    public float* Scale(float* to, int row)
    {
        var values = to + (nint)row * matrix.Outputs;
        matrix.Scale(values, rows.Scale(row));
        return values;
    }

    public void Multiply(float* from, int stride, int count, float* to)
    {
        rows.Begin(count, matrix.Inputs);
        for (var row = 0; row < count; row++) rows.Add(row, from + (nint)row * stride);
        rows.End(from, stride);
        Multiply(to);
        for (var row = 0; row < count; row++) Scale(to, row);
    }

    private void Bind(float* to)
    {
        Bind(ByteMatrix.Input, [rows.Rows, matrix.Inputs], rows.Values);
        Bind(ByteMatrix.Zero, [], rows.Zero);
        using var output = Tensor(TensorElementType.Int32, [rows.Rows, matrix.Outputs], to, sizeof(int));
        _binding.BindOutput(ByteMatrix.Output, output);
        _bound = ((nint)rows.Values, (nint)to, rows.Rows);
    }

    private void Bind(string name, long[] shape, byte* memory)
    {
        // The binding has a reference of its own.
        using var value = Tensor(TensorElementType.UInt8, shape, memory, sizeof(byte));
        _binding.BindInput(name, value);
    }

    private static OrtValue Tensor(TensorElementType type, long[] shape, void* memory, int size) =>
        OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, shape, (nint)memory,
            shape.Aggregate((long)size, (a, b) => a * b));

    public void Dispose()
    {
        _binding.Dispose();
        _options.Dispose();
    }
}
