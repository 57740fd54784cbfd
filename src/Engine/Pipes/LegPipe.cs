using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Pipes;

/// <summary>
/// The way of a leg's audio from its source to its leg: 16-bit PCM at the leg's own rate through a
/// <see cref="Pipe"/> with an explicit limit. One writer, one reader.
/// <list type="number">
/// <item>A live source calls <see cref="TryWrite"/>: it never waits. When <see cref="Limit"/> of audio waits, the newest
/// is dropped, counted in <see cref="DroppedSamples"/> and <see cref="EngineMetrics.Dropped"/>, and its place is marked as
/// <see cref="AudioChunkKind.Lost"/>, so that audio time stays true.</item>
/// <item>A recording calls <see cref="WriteAsync"/>, which waits for room.</item>
/// <item>The leg calls <see cref="ReadAsync"/> and gets chunk after chunk.</item>
/// </list>
/// Layout of a chunk in the pipe: int32 samples, int32 kind, int64 arrival stamp, then the samples if the kind carries them.
/// </summary>
public sealed class LegPipe
{
    /// <summary>How much audio may wait for the leg.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    /// <summary>Longest chunk, samples; longer writes are split.</summary>
    public const int LongestChunk = 1 << 11;

    private const int HeaderBytes = 16;

    private readonly Pipe _pipe;
    private readonly long _limitSamples;
    private long _written;
    private long _read;
    private long _dropped;
    private long _droppedPending;
    private long _put;
    private long _wanted;
    private Task? _flush;

    /// <param name="sampleRate">Samples per second of everything written, 8000..48000.</param>
    /// <param name="reader">Where the reader goes on when there is something to read; null: on the thread pool.</param>
    public LegPipe(int sampleRate, PipeScheduler? reader = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 8_000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sampleRate, 48_000);
        SampleRate = sampleRate;
        _limitSamples = (long)(Limit.TotalSeconds * sampleRate);
        var bytes = _limitSamples * sizeof(short);
        // A quarter on top for headers, so that the limit in samples is the one that counts.
        _pipe = new Pipe(new PipeOptions(pauseWriterThreshold: bytes + bytes / 4, resumeWriterThreshold: bytes / 2,
            readerScheduler: reader, minimumSegmentSize: 4096, useSynchronizationContext: false));
    }

    /// <summary>Samples per second that are written into it.</summary>
    public int SampleRate { get; }

    /// <summary>Samples dropped so far because the leg did not keep up.</summary>
    public long DroppedSamples => Volatile.Read(ref _dropped);

    /// <summary>Samples written and not read yet, those included that are kept back until there are as many as the reader wants.</summary>
    public long WaitingSamples => Volatile.Read(ref _written) - Volatile.Read(ref _read);

    /// <summary>As much waits as the reader wants.</summary>
    public bool HasEnough => Volatile.Read(ref _put) >= Volatile.Read(ref _wanted);

    /// <summary>Writes without ever waiting; false when the audio was dropped.</summary>
    /// <param name="samples">Empty for kinds that carry none.</param>
    /// <param name="length">Length in samples (equal to the span's where the kind carries samples).</param>
    /// <param name="arrival">Wall stamp (<see cref="TimeProvider.GetTimestamp"/>) of the packet's arrival.</param>
    public bool TryWrite(AudioChunkKind kind, ReadOnlySpan<short> samples, long length, long arrival)
    {
        // Markers cost next to nothing, so only audio is bounded; but a pipe full of them takes nothing more either.
        var flooded = _flush is { IsCompleted: false };
        if (flooded || (Carries(kind) && WaitingSamples + length > _limitSamples))
        {
            if (Carries(kind)) CountDropped(length);
            _droppedPending += length;
            return false;
        }
        if (_droppedPending > 0)
        {
            PutMarker(AudioChunkKind.Lost, _droppedPending, arrival);
            _put += _droppedPending;
            _droppedPending = 0;
        }
        Put(kind, samples, length, arrival);
        _put += length;
        if (_put >= Volatile.Read(ref _wanted)) Flush();
        return true;
    }

    /// <summary>
    /// The reader has no use for less: a live source wakes it only once so much has come. Waking a thread for every packet of every leg
    /// costs more than what is then done with most of them.
    /// </summary>
    /// <param name="position">Samples since the start of the leg, holes included; never less than before.</param>
    public void Want(long position) => Volatile.Write(ref _wanted, position);

    /// <summary>Writes samples of a recording, waiting for room.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<short> samples, CancellationToken cancellation = default)
    {
        Put(AudioChunkKind.Audio, samples.Span, samples.Length, 0);
        await _pipe.Writer.FlushAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>No more audio will come.</summary>
    public void Complete()
    {
        if (_droppedPending > 0) PutMarker(AudioChunkKind.Lost, _droppedPending, 0);
        _droppedPending = 0;
        _pipe.Writer.Complete();
    }

    /// <summary>Waits until there is something to read; false when there will never be.</summary>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellation = default)
    {
        var result = await _pipe.Reader.ReadAsync(cancellation).ConfigureAwait(false);
        _pipe.Reader.AdvanceTo(result.Buffer.Start);
        return !result.Buffer.IsEmpty;
    }

    /// <summary>The next chunk, or null at the end. Its samples are copied into <paramref name="samples"/>.</summary>
    /// <param name="samples">At least <see cref="LongestChunk"/> long.</param>
    public async ValueTask<AudioChunk?> ReadAsync(Memory<short> samples, CancellationToken cancellation = default)
    {
        while (true)
        {
            var result = await _pipe.Reader.ReadAsync(cancellation).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (TryTake(ref buffer, samples.Span, out var chunk))
            {
                _pipe.Reader.AdvanceTo(buffer.Start);
                Interlocked.Add(ref _read, Carries(chunk.Kind) ? chunk.Length : 0);
                return chunk;
            }
            _pipe.Reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted) return null;
        }
    }

    /// <summary>The reader stops: what is written from now on goes nowhere.</summary>
    public void CompleteReader() => _pipe.Reader.Complete();

    private void CountDropped(long samples)
    {
        Interlocked.Add(ref _dropped, samples);
        EngineMetrics.Dropped.Add((double)samples / SampleRate);
    }

    private static bool Carries(AudioChunkKind kind) => kind is AudioChunkKind.Audio or AudioChunkKind.Concealed;

    private void Put(AudioChunkKind kind, ReadOnlySpan<short> samples, long length, long arrival)
    {
        if (!Carries(kind))
        {
            PutMarker(kind, length, arrival);
            return;
        }
        while (!samples.IsEmpty)
        {
            var part = samples[..Math.Min(samples.Length, LongestChunk)];
            var bytes = HeaderBytes + part.Length * sizeof(short);
            var span = _pipe.Writer.GetSpan(bytes);
            Header(span, kind, part.Length, arrival);
            MemoryMarshal.AsBytes(part).CopyTo(span[HeaderBytes..]);
            _pipe.Writer.Advance(bytes);
            Interlocked.Add(ref _written, part.Length);
            samples = samples[part.Length..];
        }
    }

    private void PutMarker(AudioChunkKind kind, long length, long arrival)
    {
        while (length > 0)
        {
            var part = (int)Math.Min(length, int.MaxValue);
            Header(_pipe.Writer.GetSpan(HeaderBytes), kind, part, arrival);
            _pipe.Writer.Advance(HeaderBytes);
            length -= part;
        }
    }

    private static void Header(Span<byte> span, AudioChunkKind kind, int length, long arrival)
    {
        BinaryPrimitives.WriteInt32LittleEndian(span, length);
        BinaryPrimitives.WriteInt32LittleEndian(span[4..], (int)kind);
        BinaryPrimitives.WriteInt64LittleEndian(span[8..], arrival);
    }

    private void Flush()
    {
        // The limit above keeps the pipe below its own threshold in all but marker floods; either way the socket goes on.
        // Until that flush is done the pipe must not be flushed again.
        var flush = _pipe.Writer.FlushAsync();
        _flush = flush.IsCompleted ? null : flush.AsTask();
    }

    private static bool TryTake(ref ReadOnlySequence<byte> buffer, Span<short> samples, out AudioChunk chunk)
    {
        chunk = default;
        if (buffer.Length < HeaderBytes) return false;
        Span<byte> header = stackalloc byte[HeaderBytes];
        buffer.Slice(0, HeaderBytes).CopyTo(header);
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        var kind = (AudioChunkKind)BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        var bytes = Carries(kind) ? length * sizeof(short) : 0;
        if (buffer.Length < HeaderBytes + bytes) return false;
        buffer.Slice(HeaderBytes, bytes).CopyTo(MemoryMarshal.AsBytes(samples[..(bytes / sizeof(short))]));
        buffer = buffer.Slice(HeaderBytes + bytes);
        chunk = new AudioChunk(kind, length, BinaryPrimitives.ReadInt64LittleEndian(header[8..]));
        return true;
    }
}

/// <summary>A stretch of a leg's audio.</summary>
/// <param name="Kind">What it is made of.</param>
/// <param name="Length">Samples at the pipe's rate; for kinds without samples the length of the hole.</param>
/// <param name="Arrival">Wall stamp of the packet's arrival; 0 for recordings.</param>
public readonly record struct AudioChunk(AudioChunkKind Kind, int Length, long Arrival);
