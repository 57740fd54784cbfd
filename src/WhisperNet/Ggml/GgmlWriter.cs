using System.Text;

namespace SpeechQA.WhisperNet.Ggml;

/// <summary>Writes a whisper.cpp model as models/convert-pt-to-ggml.py of whisper.cpp does: header, mel filters, tokens, tensors.</summary>
internal sealed class GgmlWriter(Stream stream) : IDisposable
{
    private const int Magic = 0x67676d6c;

    private readonly BinaryWriter _out = new(stream);

    /// <param name="sizes">vocabulary, audio context, state, heads, layers; text context, state, heads, layers; mel bands.</param>
    public void Header(ReadOnlySpan<int> sizes)
    {
        _out.Write(Magic);
        foreach (var size in sizes) _out.Write(size);
        _out.Write(1); // matrices in half precision
    }

    /// <param name="filters">Float32 [bands, bins].</param>
    public void Filters(int bands, int bins, ReadOnlySpan<byte> filters)
    {
        _out.Write(bands);
        _out.Write(bins);
        _out.Write(filters);
    }

    /// <param name="bytes">The bytes of each token by its id; none where it is not kept.</param>
    public void Tokens(int count, Func<int, byte[]> bytes)
    {
        _out.Write(count);
        for (var id = 0; id < count; id++)
        {
            var token = bytes(id);
            _out.Write(token.Length);
            _out.Write(token);
        }
    }

    public void Single(string name, float[] values, params int[] shape)
    {
        Begin(name, 0, shape);
        foreach (var value in values) _out.Write(value);
    }

    public void Half(string name, float[] values, params int[] shape)
    {
        Begin(name, 1, shape);
        foreach (var value in values) _out.Write((Half)value);
    }

    public void Dispose() => _out.Dispose();

    private void Begin(string name, int type, int[] shape)
    {
        var bytes = Encoding.ASCII.GetBytes(name);
        _out.Write(shape.Length);
        _out.Write(bytes.Length);
        _out.Write(type);
        foreach (var size in shape.Reverse()) _out.Write(size);
        _out.Write(bytes);
    }
}
