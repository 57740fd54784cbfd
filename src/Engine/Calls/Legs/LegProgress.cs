namespace SpeechQA.Engine.Calls.Legs;

/// <summary>How far a leg has come. Its listener writes it; anybody may read it.</summary>
internal sealed class LegProgress
{
    private long _position;

    /// <summary>Samples at 16 kHz since the start of the call that were heard.</summary>
    public long Position
    {
        get => Volatile.Read(ref _position);
        set => Volatile.Write(ref _position, value);
    }

    /// <summary>How loud the party speaks.</summary>
    public SpeechLevel Speech { get; } = new();
}
