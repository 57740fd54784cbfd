namespace SpeechQA.Engine.Pipes;

/// <summary>What a stretch of a leg's audio is made of.</summary>
public enum AudioChunkKind : byte
{
    /// <summary>Samples as received.</summary>
    Audio,

    /// <summary>Samples made up for lost packets.</summary>
    Concealed,

    /// <summary>Nothing was sent: discontinuous transmission or comfort noise. No samples are carried.</summary>
    Silence,

    /// <summary>
    /// Something was sent and is missing: lost beyond concealment, or dropped because the pipe was full. No samples are carried.
    /// </summary>
    Lost,
}
