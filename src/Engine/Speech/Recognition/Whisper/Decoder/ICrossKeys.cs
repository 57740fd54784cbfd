namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>
/// Takes an utterance over from the encoder: <see cref="Begin"/>, then the keys and values of every layer, block by block.
/// </summary>
internal unsafe interface ICrossKeys
{
    /// <summary>Frames of a block, but for the last.</summary>
    const int Block = DecoderState.Pair;

    /// <summary>Makes room.</summary>
    /// <param name="frames">Encoder frames, 20 ms each.</param>
    void Begin(int frames);

    /// <param name="frame">The first of the block.</param>
    /// <param name="rows">[count][2][heads][64]: a frame's keys, then its values.</param>
    void Take(int layer, int frame, int count, float* rows);
}
