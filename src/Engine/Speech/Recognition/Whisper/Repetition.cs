namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>Finds the loops a decoder may fall into: one block of tokens repeated at the tail.</summary>
internal static class Repetition
{
    private const int LongestBlock = 24;

    /// <summary>
    /// Tokens to keep (everything up to the first of the repeated blocks) or 0: a block of one token 8 times, of two 5 times,
    /// of three to seven 4 times, of more 3 times.
    /// </summary>
    public static int Keep(ReadOnlySpan<int> tokens)
    {
        for (var block = 1; block <= LongestBlock; block++)
        {
            var times = block switch { 1 => 8, 2 => 5, < 8 => 4, _ => 3 };
            if (tokens.Length < block * times) continue;
            var tail = tokens[^(block * times)..];
            if (tail[block..].SequenceEqual(tail[..^block])) return tokens.Length - block * (times - 1);
        }
        return 0;
    }
}
