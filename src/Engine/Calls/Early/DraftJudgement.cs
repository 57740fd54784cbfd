namespace SpeechQA.Engine.Calls.Early;

/// <summary>
/// The rules' answer to words of an utterance under way: given once by the timeline, read by the leg that sent the words.
/// </summary>
internal sealed class DraftJudgement
{
    private readonly TaskCompletionSource<bool> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when the rules have seen the words.</summary>
    public Task Answered => _answer.Task;

    /// <summary>They have, and a phrase is there that only lacks what may follow: more words are wanted soon.</summary>
    public bool WantsMore => _answer.Task is { IsCompletedSuccessfully: true, Result: true };

    /// <summary>Answers.</summary>
    public void Answer(bool wantsMore) => _answer.TrySetResult(wantsMore);
}
