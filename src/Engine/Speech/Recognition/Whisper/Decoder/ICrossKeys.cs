namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>Takes an utterance over from the encoder: <see cref="Begin"/>, then the keys and values of every layer, block by block.</summary>
internal unsafe interface ICrossKeys
{
    /// <summary>Steps of a block, but for the last.</summary>
    const int Block = DecoderState.Pair;

    /// <summary>Makes room.</summary>
    /// <param name="steps">Of 20 ms.</param>
    void Begin(int steps);

    /// <param name="step">The first of the block.</param>
    /// <param name="rows">[count][2][heads][64]: a step's keys, then its values.</param>
    void Take(int layer, int step, int count, float* rows);
}
