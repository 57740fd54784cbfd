namespace SpeechQA.Engine.Speech.Recognition.Whisper.WordTimes;

/// <summary>Dynamic time warping: the monotonic path of greatest sum through [tokens, frames].</summary>
internal static class TimeWarp
{
    private enum Move : byte
    {
        Both,
        Token,
        Frame,
    }

    /// <summary>The first frame of every token. On equal sums the diagonal move is preferred, then the next token.</summary>
    /// <param name="gain">[tokens, frames].</param>
    public static int[] FirstFrames(ReadOnlySpan<double> gain, int tokens)
    {
        var frames = gain.Length / tokens;
        var moves = new Move[tokens * frames];
        var above = new double[frames + 1];
        var row = new double[frames + 1];
        above.AsSpan(1).Fill(double.PositiveInfinity);
        for (var i = 0; i < tokens; i++)
        {
            row[0] = double.PositiveInfinity;
            for (var j = 0; j < frames; j++)
            {
                var (least, move) = (above[j], Move.Both);
                if (above[j + 1] < least) (least, move) = (above[j + 1], Move.Token);
                if (row[j] < least) (least, move) = (row[j], Move.Frame);
                row[j + 1] = least - gain[i * frames + j];
                moves[i * frames + j] = move;
            }
            (above, row) = (row, above);
        }
        return Trace(moves, tokens, frames);
    }

    private static int[] Trace(ReadOnlySpan<Move> moves, int tokens, int frames)
    {
        var first = new int[tokens];
        for (int i = tokens - 1, j = frames - 1; i >= 0 && j >= 0;)
        {
            first[i] = j;
            var move = moves[i * frames + j];
            if (move != Move.Frame) i--;
            if (move != Move.Token) j--;
        }
        return first;
    }
}
