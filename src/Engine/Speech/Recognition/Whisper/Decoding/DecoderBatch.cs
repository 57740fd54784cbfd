using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;
using SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;
using SpeechQA.Engine.Speech.Recognition.Whisper.WordTimes;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;

/// <summary>
/// The utterances that one worker decodes together:
/// <list type="number">
/// <item><see cref="Enter"/> encodes one and keeps its keys and values;</item>
/// <item><see cref="Join"/> reads its prompt (and draft) in one pass;</item>
/// <item><see cref="RunPass"/> reads one token of every utterance in one pass; who has stopped leaves.</item>
/// </list>
/// Whatever is read of the one that enters, those in flight go on in the same pass: the weights are read once for all.
/// No utterance's result depends on the others.
/// </summary>
internal sealed class DecoderBatch<T> : IDisposable where T : class
{
    private readonly List<Slot> _slots = [];
    private readonly WhisperSettings _settings;
    private readonly StatePool _states;
    private readonly Action<T, Hypothesis> _stopped;
    private readonly DecoderPass _pass;
    private DecoderState? _entered;

    /// <param name="stopped">Gets those that stop.</param>
    public DecoderBatch(DecoderWeights decoder, WhisperSettings settings, WhisperCounters counters, StatePool states,
        Action<T, Hypothesis> stopped)
    {
        (_settings, _states, _stopped) = (settings, states, stopped);
        _pass = new DecoderPass(decoder, settings, counters);
    }

    /// <summary>Utterances in flight.</summary>
    public int Count => _slots.Count;

    /// <summary>One of those in flight.</summary>
    public T this[int place] => _slots[place].Owner;

    /// <summary>Those in flight.</summary>
    public IEnumerable<T> Owners => _slots.Select(s => s.Owner);

    /// <summary>How many utterances in flight fulfil a condition.</summary>
    public int CountOf(Predicate<T> condition)
    {
        var count = 0;
        foreach (var slot in _slots)
            if (condition(slot.Owner)) count++;
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
        Advance(rows.Length);
        return _pass;
    }

    /// <summary>Takes the utterance in that has entered. False: it has stopped already.</summary>
    public bool Join(T owner, Hypothesis hypothesis)
    {
        var pass = Read(hypothesis.First, first: hypothesis.Prompt - 1);
        hypothesis.Attention.Shape(_settings.AlignmentHeads.Length, Math.Min(WordTimer.Frames(hypothesis.Seconds), _entered!.Frames));
        for (var i = 0; i < hypothesis.First.Length; i++) Keep(i, hypothesis);
        hypothesis.Begin(pass.Logits);
        if (hypothesis.Stop is not null) return false;
        _slots.Add(new Slot(owner, hypothesis, _entered));
        _entered = null;
        return true;
    }

    /// <summary>One pass for all; those that stop leave.</summary>
    public void RunPass()
    {
        _pass.Clear();
        Advance(0);
    }

    /// <summary>Runs the pass with those in flight.</summary>
    /// <param name="others">Columns before theirs.</param>
    private void Advance(int others)
    {
        foreach (var (_, hypothesis, state) in _slots) _pass.Add(state, hypothesis.Next, hypothesis.Read);
        _pass.Run();
        for (var i = 0; i < _slots.Count; i++)
        {
            Keep(others + i, _slots[i].Hypothesis);
            _slots[i].Hypothesis.Take(_pass.Logits(others + i));
        }
        for (var i = _slots.Count - 1; i >= 0; i--)
        {
            var (owner, hypothesis, _) = _slots[i];
            if (hypothesis.Stop is null) continue;
            Free(i);
            _stopped(owner, hypothesis);
        }
    }

    /// <summary>Takes out the utterances that fulfil a condition.</summary>
    public void Drop(Predicate<T> condition)
    {
        for (var i = _slots.Count - 1; i >= 0; i--)
            if (condition(_slots[i].Owner)) Free(i);
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
