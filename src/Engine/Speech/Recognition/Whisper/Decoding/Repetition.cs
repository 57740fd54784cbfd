namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;

/// <summary>Finds the loops a decoder may fall into: one block of tokens repeated at the tail.</summary>
internal static class Repetition
{
    private const int LongestBlock = 24;

    /// <summary>
    /// Tokens to keep (everything up to the first of the repeated blocks) or 0: a block of one token 8 times, of two 5 times,
    /// of three to seven 4 times, of more 3 times; twice as often where it holds a figure, for account numbers have runs of zeros.
    /// </summary>
    /// <param name="isFigure">Whether a token holds one.</param>
    public static int Keep(ReadOnlySpan<int> tokens, Func<int, bool> isFigure)
    {
        for (var block = 1; block <= LongestBlock; block++)
        {
            var times = block switch { 1 => 8, 2 => 5, < 8 => 4, _ => 3 };
            if (tokens.Length < block * times) continue;
            var tail = tokens[^(block * times)..];
            if (!Repeats(tail, block)) continue;
            if (HasFigure(tail[..block], isFigure))
            {
                times *= 2;
                if (tokens.Length < block * times || !Repeats(tokens[^(block * times)..], block)) continue;
            }
            return tokens.Length - block * (times - 1);
        }
        return 0;
    }

    private static bool Repeats(ReadOnlySpan<int> tokens, int block) => tokens[block..].SequenceEqual(tokens[..^block]);

    private static bool HasFigure(ReadOnlySpan<int> tokens, Func<int, bool> isFigure)
    {
        foreach (var token in tokens)
            if (isFigure(token)) return true;
        return false;
    }
}
