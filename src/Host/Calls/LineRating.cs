using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Ingest.Rtp.Receive;

namespace SpeechQA.Host.Calls;

/// <summary>
/// What a line is like, for a person. The limits follow what G.711 bears: up to 1 % of loss is hardly heard, 5 % costs
/// words (ITU-T G.113 appendix I); jitter of more than the usual buffers hold becomes loss.
/// </summary>
internal static class LineRating
{
    /// <summary>The line from <paramref name="before"/> to <paramref name="now"/>.</summary>
    public static LineFacts Of(RtpStatistics before, RtpStatistics now)
    {
        var expected = now.Expected - before.Expected;
        var loss = expected <= 0 ? 0 : Math.Clamp(100.0 * (now.Lost - before.Lost) / expected, 0, 100);
        var dropped = now.DroppedSeconds - before.DroppedSeconds;
        return new LineFacts(Math.Round(loss, 2), Math.Round(now.JitterMs, 1), Math.Round(dropped, 3), null)
        {
            Rating = loss > 5 || now.JitterMs > 60 || dropped > 0 ? "poor" : loss > 1 || now.JitterMs > 30 ? "fair" : "good",
        };
    }
}
