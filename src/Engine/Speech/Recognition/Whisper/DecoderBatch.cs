using Microsoft.ML.OnnxRuntime;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>
/// The utterances that one worker decodes together:
/// <list type="number">
/// <item><see cref="Enter"/> encodes one and stacks its keys and values with the others';</item>
/// <item><see cref="Join"/> reads its prompt (and draft) in a pass of its own;</item>
/// <item><see cref="Step"/> reads one token of every utterance in one call;</item>
/// <item>who has stopped leaves its slot to the next who joins; what is still free at the next step the last one takes.</item>
/// </list>
/// Stacks are laid out anew only when the composition changes or caches grow by a block.
/// </summary>
/// <remarks>
/// No utterance's result depends on the others. ONNX Runtime's kernels sum over keys 16 at a time and what is left over in
/// another order: with 375 steps alone and 376 or more in company the logits differed by 0.2-0.5; with whole blocks in both
/// stacks they are bit-equal at every padding and batch size that was tried.
/// </remarks>
internal sealed class DecoderBatch<T> : IDisposable where T : class
{
    /// <summary>Lengths of both stacks are multiples of this.</summary>
    private const int Block = 16;

    /// <summary>Columns by which caches grow.</summary>
    private const int CacheBlock = 2 * Block;

    /// <summary>
    /// Encoder steps per utterance that memory is set aside for: 14 s, the window of the longest utterance of a call. It is
    /// taken from the system as it is touched, and never moved; only longer utterances make it grow.
    /// </summary>
    private const int UsualSteps = 704;

    private readonly List<Slot> _slots = [];
    private readonly DecoderPass _first;
    private readonly DecoderPass _step;
    private readonly KeyValueStack _nothing;
    private readonly KeyValueStack _past;
    private readonly KeyValueStack _cross;
    private readonly KeyValueStack _encoded;
    private readonly int _alignmentHeads;
    private readonly int _most;
    private int _entering;

    /// <param name="most">Utterances at most.</param>
    public DecoderBatch(InferenceSession decoder, WhisperSettings settings, WhisperCounters counters, int most)
    {
        _most = most;
        KeyValueStack Stack() => new(settings.DecLayers, settings.Heads);
        (_nothing, _past, _cross, _encoded) = (Stack(), Stack(), Stack(), Stack());
        _nothing.Reshape(0, 1, Block);
        _cross.Reserve(most, UsualSteps);
        _first = new DecoderPass(decoder, settings, counters);
        _step = new DecoderPass(decoder, settings, counters);
        _alignmentHeads = settings.AlignmentHeads.Length;
    }

    /// <summary>Utterances in flight.</summary>
    public int Count { get; private set; }

    /// <summary>Those in flight.</summary>
    public IEnumerable<T> Owners => _slots.Where(s => !s.Free).Select(s => s.Owner);

    /// <summary>How many of those in flight the predicate names.</summary>
    public int CountOf(Predicate<T> named)
    {
        var count = 0;
        foreach (var slot in _slots)
            if (!slot.Free && named(slot.Owner)) count++;
        return count;
    }

    /// <summary>Encodes the utterance that is about to join.</summary>
    /// <param name="window">How much the encoder hears; null: as of finals.</param>
    public void Enter(ReadOnlySpan<float> speech, WhisperEncoder encoder, WindowPolicy? window = null)
    {
        encoder.Encode(speech, _encoded, window);
        if (Count == 0) _slots.Clear();
        _entering = FreeSlot();
        var length = Math.Max(Whole(_encoded.Length, Block), Count == 0 ? 0 : _cross.Length);
        _cross.Reshape(_slots.Count, Math.Max(_slots.Count, _entering + 1), length);
        _cross.Load(_entering, _encoded);
    }

    /// <summary>Reads tokens after nothing, beside the utterance that has entered; the logits are valid until the next call.</summary>
    public DecoderPass Read(ReadOnlySpan<int> rows)
    {
        _first.Bind(1, rows.Length, _nothing, _cross, _entering);
        _first.Feed(0, rows, 0, _encoded.Length);
        _first.Run();
        return _first;
    }

    /// <summary>Takes the utterance in that has entered. False: it has stopped already.</summary>
    public bool Join(T owner, Hypothesis hypothesis)
    {
        var pass = Read(hypothesis.First);
        hypothesis.Attention.Shape(_alignmentHeads, Math.Min(WordTimer.Frames(hypothesis.Seconds), _encoded.Length));
        for (var i = 0; i < hypothesis.First.Length; i++) Keep(pass, 0, i, hypothesis);
        hypothesis.Begin(i => pass.Logits(0, i));
        if (hypothesis.Stop is not null) return false;

        var joined = new Slot(owner, hypothesis, _encoded.Length);
        if (_entering == _slots.Count) _slots.Add(joined);
        else _slots[_entering] = joined;
        Count++;
        ReshapePast();
        pass.Store(0, hypothesis.Read, _past, _entering, 0);
        return true;
    }

    /// <summary>One decoder call for all; those that stop are handed to <paramref name="stopped"/> and leave.</summary>
    public void Step(Action<T, Hypothesis> stopped)
    {
        Compact();
        ReshapePast();
        _step.Bind(Count, 1, _past, _cross);
        for (var i = 0; i < Count; i++)
        {
            var (_, hypothesis, time) = _slots[i];
            _step.Feed(i, [hypothesis.Next], hypothesis.Read, time);
        }
        _step.Run();
        for (var i = 0; i < _slots.Count; i++)
        {
            var (owner, hypothesis, _) = _slots[i];
            Keep(_step, i, 0, hypothesis);
            _step.Store(i, 1, _past, i, hypothesis.Read);
            hypothesis.Take(_step.Logits(i, 0));
            if (hypothesis.Stop is null) continue;
            Leave(i);
            stopped(owner, hypothesis);
        }
    }

    /// <summary>Takes out whoever the predicate names.</summary>
    public void Drop(Predicate<T> dropped)
    {
        for (var i = 0; i < _slots.Count; i++)
            if (!_slots[i].Free && dropped(_slots[i].Owner)) Leave(i);
    }

    public void Dispose()
    {
        _first.Dispose();
        _step.Dispose();
        foreach (var stack in new[] { _nothing, _past, _cross, _encoded }) stack.Dispose();
    }

    private int FreeSlot()
    {
        var slot = _slots.FindIndex(s => s.Free);
        return slot < 0 ? _slots.Count : slot;
    }

    private void Leave(int slot)
    {
        _slots[slot] = default;
        Count--;
        if (Count == 0) _cross.Reserve(_most, UsualSteps);
    }

    /// <summary>Room for the column that the longest utterance writes next.</summary>
    private void ReshapePast()
    {
        var most = 0;
        foreach (var slot in _slots)
            if (!slot.Free) most = Math.Max(most, slot.Hypothesis.Read + 1);
        _past.Reshape(_slots.Count, _slots.Count, Whole(most, CacheBlock));
    }

    /// <summary>Fills free slots from the end, and gives up keys that only a longer utterance needed.</summary>
    private void Compact()
    {
        for (var slot = 0; slot < _slots.Count; slot++)
        {
            if (!_slots[slot].Free) continue;
            while (_slots.Count > slot + 1 && _slots[^1].Free) _slots.RemoveAt(_slots.Count - 1);
            var last = _slots.Count - 1;
            if (slot != last)
            {
                _cross.Copy(last, slot);
                _past.Copy(last, slot);
                _slots[slot] = _slots[last];
            }
            _slots.RemoveAt(last);
        }
        var time = Whole(_slots.Max(s => s.Time), Block);
        // Moving everything costs about as much as ten steps over a quarter too many keys.
        if (time <= _cross.Length * 3 / 4) _cross.Reshape(_slots.Count, _slots.Count, time);
    }

    private static int Whole(int length, int block) => (length + block - 1) / block * block;

    private static void Keep(DecoderPass pass, int item, int token, Hypothesis hypothesis)
    {
        var trace = hypothesis.Attention;
        var into = trace.Add();
        for (var h = 0; h < trace.Heads; h++)
            pass.Alignment(item, h, token)[..trace.Frames].CopyTo(into[(h * trace.Frames)..]);
    }

    /// <param name="Time">Valid steps of cross keys.</param>
    private readonly record struct Slot(T Owner, Hypothesis Hypothesis, int Time)
    {
        public bool Free => Hypothesis is null;
    }
}
