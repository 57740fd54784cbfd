namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>
/// States that no utterance uses, shared by all workers. Each still holds the speech it was given last: who hears the same audio
/// again soon (to compare texts, to decode it without bias) need not encode it again.
/// </summary>
internal sealed class StatePool(WhisperSettings settings) : IDisposable
{
    /// <summary>
    /// Free states that are kept for what they hold before one is used for other speech: about half a second of twelve live calls.
    /// </summary>
    public const int Kept = 4;

    /// <summary>In the order in which they were given back, the newest at the end.</summary>
    private readonly List<DecoderState> _free = [];

    /// <summary>The state that holds this speech, or another, which may hold anything.</summary>
    public DecoderState Take(in SpeechKey key)
    {
        var frames = key.Frames;
        lock (_free)
        {
            for (var i = _free.Count - 1; i >= 0; i--)
                if (_free[i].Holds == key) return TakeAt(i);
            // New memory is dear: rather one that has enough.
            if (_free.Count >= Kept) return TakeAt(Math.Max(0, _free.FindIndex(state => state.Suits(frames))));
        }
        return new DecoderState(settings.DecLayers, settings.Heads);
    }

    public void Give(DecoderState state)
    {
        // No utterance of a call needs more.
        if (state.Held > DecoderState.LongBytes)
        {
            state.Dispose();
            return;
        }
        lock (_free) _free.Add(state);
    }

    public void Dispose()
    {
        lock (_free)
        {
            foreach (var state in _free) state.Dispose();
            _free.Clear();
        }
    }

    private DecoderState TakeAt(int place)
    {
        var state = _free[place];
        _free.RemoveAt(place);
        return state;
    }
}
