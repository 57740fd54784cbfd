namespace SpeechQA.Engine.Inference.Matrices;

/// <summary>The weights of a linear layer without its bias, in floats or bytes. Immutable, shared by all threads.</summary>
internal interface IMatrix
{
    int Inputs { get; }

    int Outputs { get; }

    /// <summary>What one thread multiplies with.</summary>
    /// <param name="rows">Scratch for activations in bytes.</param>
    IProduct Product(QuantizedRows rows);
}

/// <summary>Multiplies rows by a matrix.</summary>
internal unsafe interface IProduct
{
    /// <param name="from">[count][inputs], rows <paramref name="stride"/> apart; they may overlap.</param>
    /// <param name="to">[count][outputs].</param>
    void Multiply(float* from, int stride, int count, float* to);
}
