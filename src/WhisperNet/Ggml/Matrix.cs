using SpeechQA.Engine.Inference.Onnx;

namespace SpeechQA.WhisperNet.Ggml;

/// <summary>A matrix [rows, columns] = [out, in], as Whisper's authors store it.</summary>
internal sealed record Matrix(int Rows, int Columns, float[] Values)
{
    /// <summary>int8 [in, out] with a scale for each output (DynamicQuantizeMatMul).</summary>
    public static Matrix OfColumns(OnnxTensor integers, OnnxTensor scales)
    {
        var (from, rows) = ((int)integers.Shape[0], (int)integers.Shape[1]);
        var signed = integers.SignedBytes;
        var scale = scales.Floats.ToArray();
        var values = new float[rows * from];
        for (var i = 0; i < from; i++)
            for (var r = 0; r < rows; r++) values[r * from + i] = signed[i * rows + r] * scale[r];
        return new Matrix(rows, from, values);
    }

    /// <summary>Bytes [out, blocks, size] around 128 with a scale for each block (MatMulNBits).</summary>
    public static Matrix OfBlocks(OnnxTensor integers, OnnxTensor scales)
    {
        var (rows, size) = ((int)integers.Shape[0], (int)integers.Shape[2]);
        var bytes = integers.Bytes;
        var scale = scales.Floats.ToArray();
        var values = new float[bytes.Length];
        for (var i = 0; i < values.Length; i++) values[i] = (bytes[i] - 128) * scale[i / size];
        return new Matrix(rows, values.Length / rows, values);
    }

    /// <summary>Floats [in, out].</summary>
    public static Matrix OfFloats(OnnxTensor tensor)
    {
        var (from, rows) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
        var (x, values) = (tensor.Floats.ToArray(), new float[rows * from]);
        for (var i = 0; i < from; i++)
            for (var r = 0; r < rows; r++) values[r * from + i] = x[i * rows + r];
        return new Matrix(rows, from, values);
    }

    public Matrix RowsFrom(int first, int count) => new(count, Columns, Values[(first * Columns)..((first + count) * Columns)]);

    /// <summary>Its rows, then those of another.</summary>
    public Matrix Above(Matrix other) => new(Rows + other.Rows, Columns, [.. Values, .. other.Values]);

    /// <summary>Its columns, then those of another.</summary>
    public Matrix Beside(Matrix other)
    {
        var values = new float[Rows * (Columns + other.Columns)];
        for (var r = 0; r < Rows; r++)
        {
            Values.AsSpan(r * Columns, Columns).CopyTo(values.AsSpan(r * (Columns + other.Columns)));
            other.Values.AsSpan(r * other.Columns, other.Columns).CopyTo(values.AsSpan(r * (Columns + other.Columns) + Columns));
        }
        return new Matrix(Rows, Columns + other.Columns, values);
    }
}
