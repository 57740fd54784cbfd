namespace SpeechQA.WhisperNet;

/// <summary>
/// What Whisper writes of sounds that are no words: [music], (laughs), *sighs*, ♪. The default recogniser never chooses such tokens
/// (suppress_tokens of OpenAI's whisper); Whisper.net has no such option, so they are taken out afterwards.
/// </summary>
internal static class Notes
{
    /// <summary>The tokens outside of brackets and stars. A bracket that is never closed takes the rest.</summary>
    /// <param name="bytes">A token's bytes (UTF-8).</param>
    public static List<HeardToken> Without(IReadOnlyList<HeardToken> tokens, Func<int, byte[]> bytes)
    {
        var kept = new List<HeardToken>();
        var (depth, stars) = (0, false);
        foreach (var token in tokens)
        {
            ReadOnlySpan<byte> piece = bytes(token.Id);
            var (opens, closes) = (Count(piece, "[({"u8), Count(piece, "])}"u8));
            var star = piece.Count((byte)'*');
            var note = depth + opens + closes > 0 || stars || star > 0 || piece.IndexOf("♪"u8) >= 0 || piece.IndexOf("♫"u8) >= 0;
            depth = Math.Max(0, depth + opens - closes);
            stars ^= star % 2 == 1;
            if (!note) kept.Add(token);
        }
        return kept;
    }

    private static int Count(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> any)
    {
        var count = 0;
        foreach (var b in piece)
            if (any.Contains(b)) count++;
        return count;
    }
}
