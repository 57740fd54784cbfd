namespace SpeechQA.Engine.Audio;

/// <summary>
/// Whether samples are bytes that are evenly distributed: Pearson's chi-squared test of their mu-law codes, their A-law codes
/// and their upper bytes (L16) against the uniform distribution. Encrypted or compressed bytes pass it, whatever codec they
/// were taken for; speech, music and noise are far from it, because small samples are much more frequent than large ones.
/// </summary>
internal sealed class CodeUniformity
{
    private const int Codes = 256;

    /// <summary>
    /// Of uniform bytes the statistic is 255 with a standard deviation of 22.6 (255 degrees of freedom); of a second of speech it
    /// is many thousands.
    /// </summary>
    private const double Highest = 2 * Codes;

    private readonly int[] _muLaw = new int[Codes];
    private readonly int[] _aLaw = new int[Codes];
    private readonly int[] _upper = new int[Codes];
    private int _count;

    /// <summary>Adds a sample.</summary>
    public void Add(short sample)
    {
        // Mu-law has two codes for 0; which of them it was is not known any more.
        var code = G711.EncodeMuLaw(sample);
        if (sample == 0 && (_count & 1) != 0) code ^= 0x80;
        _muLaw[code]++;
        _aLaw[G711.EncodeALaw(sample)]++;
        _upper[(byte)(sample >> 8)]++;
        _count++;
    }

    /// <summary>The verdict on the samples since the last call, which are forgotten.</summary>
    public bool Take()
    {
        var uniform = _count >= 8 * Codes && (IsUniform(_muLaw) || IsUniform(_aLaw) || IsUniform(_upper));
        Array.Clear(_muLaw);
        Array.Clear(_aLaw);
        Array.Clear(_upper);
        _count = 0;
        return uniform;
    }

    private bool IsUniform(int[] counts)
    {
        var expected = _count / (double)Codes;
        var sum = 0.0;
        foreach (var count in counts) sum += (count - expected) * (count - expected);
        return sum / expected < Highest;
    }
}
