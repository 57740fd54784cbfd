using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>
/// The utterances that one worker decodes together:
/// <list type="number">
/// <item><see cref="Enter"/> encodes one and keeps its keys and values;</item>
/// <item><see cref="Join"/> reads its prompt (and draft) in a pass of its own;</item>
/// <item><see cref="Step"/> reads one token of every utterance in one pass; who has stopped leaves.</item>
/// </list>
/// No utterance's result depends on the others.
/// </summary>
internal sealed class DecoderBatch<T> : IDisposable where T : class
{
    private readonly List<Slot> _slots = [];
    private readonly WhisperSettings _settings;
    private readonly StatePool _states;
    private readonly DecoderPass _pass;
    private DecoderState? _entered;

    public DecoderBatch(DecoderWeights decoder, WhisperSettings settings, WhisperCounters counters, StatePool states)
    {
        (_settings, _states) = (settings, states);
        _pass = new DecoderPass(decoder, settings, counters);
    }

    /// <summary>Utterances in flight.</summary>
    public int Count => _slots.Count;

    /// <summary>Those in flight.</summary>
    public IEnumerable<T> Owners => _slots.Select(s => s.Owner);

    /// <summary>How many of those in flight the predicate names.</summary>
    public int CountOf(Predicate<T> named)
    {
        var count = 0;
        foreach (var slot in _slots)
            if (named(slot.Owner)) count++;
        return count;
    }

    /// <summary>Encodes the utterance that is about to join or to be read, unless that was done a moment ago.</summary>
    /// <param name="window">How much the encoder hears; null: as of finals.</param>
    public void Enter(ReadOnlySpan<float> speech, WhisperEncoder encoder, WindowPolicy? window = null)
    {
        Leave();
        var key = SpeechKey.Of(speech, window ?? _settings.Window);
        _entered = _states.Take(key);
        if (_entered.Holds == key) return;
        encoder.Encode(speech, _entered, window);
        _entered.Holds = key;
    }

    /// <summary>The utterance that has entered is not needed any longer.</summary>
    public void Leave()
    {
        if (_entered is not null) _states.Give(_entered);
        _entered = null;
    }

    /// <summary>Reads tokens, by the utterance that has entered; the logits are valid until the next call.</summary>
    /// <param name="first">Index of the first token after which logits are wanted; the very first has them always.</param>
    /// <param name="after">How many tokens that were read before stand before them.</param>
    public DecoderPass Read(ReadOnlySpan<int> rows, int first = 0, int after = 0)
    {
        _pass.Clear();
        for (var i = 0; i < rows.Length; i++) _pass.Add(_entered!, rows[i], after + i, logits: i == 0 || i >= first);
        _pass.Run();
        return _pass;
    }

    /// <summary>Takes the utterance in that has entered. False: it has stopped already.</summary>
    public bool Join(T owner, Hypothesis hypothesis)
    {
        var pass = Read(hypothesis.First, first: hypothesis.Prompt - 1);
        hypothesis.Attention.Shape(_settings.AlignmentHeads.Length, Math.Min(WordTimer.Frames(hypothesis.Seconds), _entered!.Time));
        for (var i = 0; i < hypothesis.First.Length; i++) Keep(i, hypothesis);
        hypothesis.Begin(pass.Logits);
        if (hypothesis.Stop is not null) return false;
        _slots.Add(new Slot(owner, hypothesis, _entered));
        _entered = null;
        return true;
    }

    /// <summary>One pass for all; those that stop are handed to <paramref name="stopped"/> and leave.</summary>
    public void Step(Action<T, Hypothesis> stopped)
    {
        _pass.Clear();
        foreach (var (_, hypothesis, state) in _slots) _pass.Add(state, hypothesis.Next, hypothesis.Read);
        _pass.Run();
        for (var i = 0; i < _slots.Count; i++)
        {
            Keep(i, _slots[i].Hypothesis);
            _slots[i].Hypothesis.Take(_pass.Logits(i));
        }
        for (var i = _slots.Count - 1; i >= 0; i--)
        {
            var (owner, hypothesis, _) = _slots[i];
            if (hypothesis.Stop is null) continue;
            Free(i);
            stopped(owner, hypothesis);
        }
    }

    /// <summary>Takes out whoever the predicate names.</summary>
    public void Drop(Predicate<T> dropped)
    {
        for (var i = _slots.Count - 1; i >= 0; i--)
            if (dropped(_slots[i].Owner)) Free(i);
    }

    public void Dispose()
    {
        _pass.Dispose();
        _entered?.Dispose();
        foreach (var slot in _slots) slot.State.Dispose();
    }

    private void Free(int slot)
    {
        _states.Give(_slots[slot].State);
        _slots.RemoveAt(slot);
    }

    private void Keep(int column, Hypothesis hypothesis)
    {
        var trace = hypothesis.Attention;
        var into = trace.Add();
        for (var h = 0; h < trace.Heads; h++)
            _pass.Alignment(column, h)[..trace.Frames].CopyTo(into[(h * trace.Frames)..]);
    }

    private readonly record struct Slot(T Owner, Hypothesis Hypothesis, DecoderState State);
}
