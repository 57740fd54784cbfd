using SpeechQA.Engine.Inflection;

namespace SpeechQA.Engine.Tests.Inflection;

internal static class TrackerRuns
{
    /// <summary>All results of an audio at 16 kHz, given in frames as the leg does.</summary>
    public static List<InflectionResult> Run(this InflectionTracker tracker, ReadOnlySpan<float> audio, int block = 512, bool voiced = true,
        bool lost = false)
    {
        var results = new List<InflectionResult>();
        while (!audio.IsEmpty)
        {
            var rest = audio[..Math.Min(block, audio.Length)];
            audio = audio[rest.Length..];
            while (!rest.IsEmpty)
            {
                rest = rest[tracker.Add(rest, voiced, lost)..];
                if (tracker.IsDue) results.Add(tracker.Next());
            }
        }
        return results;
    }
}
