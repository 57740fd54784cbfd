namespace SpeechQA.Engine.Speech.Recognition.Whisper.Work;

/// <summary>
/// How many places of a worker's batch utterances of recordings may take. What has joined is decoded to its end, so this
/// bounds what it costs a live utterance that comes later: that one finds a place at the next decoder pass, and its passes carry at
/// most half a batch of others.
/// </summary>
internal static class RecordingQuota
{
    /// <summary>Whether one more may join.</summary>
    /// <param name="live">Utterances of live calls in the batch.</param>
    /// <param name="files">Utterances of recordings in the batch.</param>
    /// <param name="most">Places of the batch.</param>
    /// <param name="liveCalls">There have been live calls lately.</param>
    public static bool MayJoin(int live, int files, int most, bool liveCalls) =>
        live == 0 && files < Math.Max(1, liveCalls ? most / 2 : most - 1);
}
