using System.Buffers;
using System.IO.Pipelines;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Ingest.Input;

/// <summary>
/// The bytes of a file or of standard input, read once from front to back through a <see cref="PipeReader"/>. Every read
/// fills its buffer unless the input ends, so that a short count always means the end.
/// </summary>
internal sealed class InputBytes : IAsyncDisposable
{
    private readonly PipeReader _reader;
    private readonly long? _length;
    private long _taken;

    /// <param name="stream">Disposed with this.</param>
    /// <param name="name">What messages call the input: a path or "standard input".</param>
    public InputBytes(Stream stream, string name)
    {
        Name = name;
        _length = stream.CanSeek ? stream.Length - stream.Position : null;
        _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 1 << 16, minimumReadSize: 1 << 12));
    }

    public string Name { get; }

    /// <summary>Bytes that have not been taken yet; null when only the end will tell (a pipe).</summary>
    public long? Left => _length - _taken;

    /// <summary>The next bytes without taking them.</summary>
    /// <param name="into">At most a few KiB: all of it is held in the pipe.</param>
    public async ValueTask<int> PeekAsync(Memory<byte> into, CancellationToken cancellation = default)
    {
        var result = await PipeAsync(into.Length, cancellation).ConfigureAwait(false);
        var count = (int)Math.Min(result.Buffer.Length, into.Length);
        result.Buffer.Slice(0, count).CopyTo(into.Span);
        _reader.AdvanceTo(result.Buffer.Start);
        return count;
    }

    /// <summary>Takes the next bytes.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellation = default)
    {
        var total = 0;
        while (total < into.Length)
        {
            var result = await PipeAsync(1, cancellation).ConfigureAwait(false);
            if (result.Buffer.IsEmpty) break;
            var part = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, into.Length - total));
            part.CopyTo(into.Span[total..]);
            total += (int)part.Length;
            _taken += part.Length;
            _reader.AdvanceTo(part.End);
        }
        return total;
    }

    /// <summary>Passes over bytes without keeping them and answers how many there were.</summary>
    public async ValueTask<long> SkipAsync(long count, CancellationToken cancellation = default)
    {
        var left = count;
        while (left > 0)
        {
            var result = await PipeAsync(1, cancellation).ConfigureAwait(false);
            if (result.Buffer.IsEmpty) break;
            var part = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, left));
            left -= part.Length;
            _taken += part.Length;
            _reader.AdvanceTo(part.End);
        }
        return count - left;
    }

    public ValueTask DisposeAsync() => _reader.CompleteAsync();

    private async ValueTask<ReadResult> PipeAsync(int atLeast, CancellationToken cancellation)
    {
        try
        {
            return await _reader.ReadAtLeastAsync(atLeast, cancellation).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new BadInputException($"{Name}: reading failed ({error.Message})", "check the disk or the program that writes it", error);
        }
    }
}
