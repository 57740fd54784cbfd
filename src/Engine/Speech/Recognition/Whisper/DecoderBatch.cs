using Microsoft.ML.OnnxRuntime;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>
/// The utterances that one worker decodes together:
/// <list type="number">
/// <item>the encoder fills <see cref="Incoming"/>;</item>
/// <item><see cref="Join"/> reads prompt (and draft) in a pass of its own, then stacks keys and values with the others';</item>
/// <item><see cref="Step"/> reads one token of every utterance in one call;</item>
/// <item>who has stopped leaves; the last utterance takes the free slot.</item>
/// </list>
/// Stacks are laid out anew only when the composition changes or caches grow by a block.
/// </summary>
internal sealed class DecoderBatch<T> : IDisposable where T : class
{
    /// <summary>Cache columns are added in blocks.</summary>
    private const int Block = 32;

    /// <summary>Memory of cross keys and values kept while nothing is in flight: two windows of 13 s.</summary>
    private const long MostIdleBytes = 32 << 20;

    private readonly List<(T Owner, Hypothesis Hypothesis, int Time)> _items = [];
    private readonly DecoderPass _first;
    private readonly DecoderPass _step;
    private readonly KeyValueStack _nothing;
    private readonly KeyValueStack _past;
    private readonly int _alignmentHeads;
    private KeyValueStack _cross;

    public DecoderBatch(InferenceSession decoder, WhisperSettings settings, WhisperCounters counters)
    {
        KeyValueStack Stack() => new(settings.DecLayers, settings.Heads);
        (_nothing, _past, _cross, Incoming) = (Stack(), Stack(), Stack(), Stack());
        _nothing.Reshape(0, 1, Block);
        _first = new DecoderPass(decoder, settings, counters);
        _step = new DecoderPass(decoder, settings, counters);
        _alignmentHeads = settings.AlignmentHeads.Length;
    }

    public int Count => _items.Count;

    /// <summary>Those in flight.</summary>
    public IEnumerable<T> Owners => _items.Select(i => i.Owner);

    /// <summary>Cross keys and values of the utterance that is about to join: one slot.</summary>
    public KeyValueStack Incoming { get; private set; }

    /// <summary>Reads tokens after nothing, beside <see cref="Incoming"/>; the logits are valid until the next call.</summary>
    public DecoderPass Read(ReadOnlySpan<int> rows)
    {
        _first.Bind(1, rows.Length, _nothing, Incoming);
        _first.Feed(0, rows, 0, Incoming.Length);
        _first.Run();
        return _first;
    }

    /// <summary>Takes an utterance in, whose encoder output is <see cref="Incoming"/>. False: it has stopped already.</summary>
    public bool Join(T owner, Hypothesis hypothesis)
    {
        var count = hypothesis.First.Length;
        var pass = Read(hypothesis.First);
        hypothesis.Attention.Shape(_alignmentHeads, Math.Min(WordTimer.Frames(hypothesis.Seconds), Incoming.Length));
        for (var i = 0; i < count; i++) Keep(pass, 0, i, hypothesis);
        hypothesis.Begin(i => pass.Logits(0, i));
        if (hypothesis.Stop is not null) return false;

        var slot = _items.Count;
        var time = Incoming.Length;
        if (slot == 0)
        {
            (_cross, Incoming) = (Incoming, _cross);
        }
        else
        {
            _cross.Reshape(slot, slot + 1, Math.Max(_cross.Length, time));
            _cross.Load(slot, Incoming);
        }
        _items.Add((owner, hypothesis, time));
        _past.Reshape(slot, slot + 1, Columns());
        pass.Store(0, hypothesis.Read, _past, slot, 0);
        return true;
    }

    /// <summary>One decoder call for all; those that stop are handed to <paramref name="stopped"/> and leave.</summary>
    public void Step(Action<T, Hypothesis> stopped)
    {
        _past.Reshape(_items.Count, _items.Count, Columns());
        _step.Bind(_items.Count, 1, _past, _cross);
        for (var i = 0; i < _items.Count; i++)
        {
            var (_, hypothesis, time) = _items[i];
            _step.Feed(i, [hypothesis.Next], hypothesis.Read, time);
        }
        _step.Run();
        for (var i = 0; i < _items.Count; i++)
        {
            var hypothesis = _items[i].Hypothesis;
            Keep(_step, i, 0, hypothesis);
            _step.Store(i, 1, _past, i, hypothesis.Read);
            hypothesis.Take(_step.Logits(i, 0));
        }
        for (var i = _items.Count - 1; i >= 0; i--)
        {
            if (_items[i].Hypothesis.Stop is null) continue;
            stopped(_items[i].Owner, _items[i].Hypothesis);
            Remove(i);
        }
        Compact();
    }

    /// <summary>Takes out whoever the predicate names.</summary>
    public void Drop(Predicate<T> dropped)
    {
        for (var i = _items.Count - 1; i >= 0; i--)
            if (dropped(_items[i].Owner)) Remove(i);
        Compact();
    }

    public void Dispose()
    {
        _first.Dispose();
        _step.Dispose();
        foreach (var stack in new[] { _nothing, _past, _cross, Incoming }) stack.Dispose();
    }

    private int Columns()
    {
        var most = 0;
        foreach (var item in _items) most = Math.Max(most, item.Hypothesis.Read + 1);
        return (most + Block - 1) / Block * Block;
    }

    private void Keep(DecoderPass pass, int item, int token, Hypothesis hypothesis)
    {
        var trace = hypothesis.Attention;
        var into = trace.Add();
        for (var h = 0; h < trace.Heads; h++)
            pass.Alignment(item, h, token)[..trace.Frames].CopyTo(into[(h * trace.Frames)..]);
    }

    private void Remove(int slot)
    {
        var last = _items.Count - 1;
        if (slot != last)
        {
            _cross.Copy(last, slot);
            _past.Copy(last, slot);
            _items[slot] = _items[last];
        }
        _items.RemoveAt(last);
    }

    private void Compact()
    {
        var time = 0;
        foreach (var item in _items) time = Math.Max(time, item.Time);
        if (time > 0) _cross.Reshape(_items.Count, _items.Count, time);
        else if (_cross.Bytes > MostIdleBytes) _cross.Free();
    }
}
