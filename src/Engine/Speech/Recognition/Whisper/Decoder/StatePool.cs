namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>
/// States that no utterance uses, shared by all workers. Each still holds the speech it was given last: who hears the same audio
/// again soon (to compare texts, to decode it without bias) need not encode it again.
/// </summary>
internal sealed class StatePool(WhisperSettings settings) : IDisposable
{
    /// <summary>Free states that are kept for what they hold before one is used for other speech: about half a second of twelve live calls.</summary>
    public const int Kept = 4;

    /// <summary>A state with more memory is not kept: that of 14 s, the longest utterance of a call.</summary>
    private const long UsualBytes = 9 << 20;

    /// <summary>Given back last stands last.</summary>
    private readonly List<DecoderState> _free = [];

    /// <summary>The state that holds this speech, or another, which may hold anything.</summary>
    public DecoderState Take(in SpeechKey key)
    {
        lock (_free)
        {
            for (var i = _free.Count - 1; i >= 0; i--)
                if (_free[i].Holds == key) return TakeAt(i);
            if (_free.Count >= Kept) return TakeAt(0);
        }
        return new DecoderState(settings.DecLayers, settings.Heads);
    }

    public void Give(DecoderState state)
    {
        if (state.Held > UsualBytes)
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
