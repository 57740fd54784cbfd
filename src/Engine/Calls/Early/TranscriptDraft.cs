using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Secrets;

namespace SpeechQA.Engine.Calls.Early;

/// <summary>
/// Words so far of an utterance that is not final. It reaches the timeline in the order of its leg, but outside the order
/// of decisions: whether and when it comes depends on the machine.
/// </summary>
/// <param name="SoFar">The words; <see cref="Utterance.Decided"/> is the leg's position when they were known.</param>
/// <param name="Stable">How many of the words, from the first on, will not change before the final.</param>
/// <param name="Paused">At least 200 ms of silence follow the last word.</param>
internal sealed record TranscriptDraft(Utterance SoFar, int Stable, bool Paused)
{
    /// <summary>The same speech as it is heard now: what is shown keeps its stable words, even where more speech has told better.</summary>
    public Utterance Heard { get; init; } = SoFar;

    /// <summary>The same words were shown before: only the rules have something new to judge.</summary>
    public bool IsShown { get; init; }

    /// <summary>Index of the leg.</summary>
    public int Leg => SoFar.Leg;

    /// <summary>All words as they are shown, masks included.</summary>
    public string Text => TextOf(SoFar.Words.Count);

    /// <summary>Characters of <see cref="Text"/> that the stable words take.</summary>
    public int StableLength => TextOf(Stable).Length;

    private string TextOf(int words) => MaskedText.Joined(SoFar.Words.Take(words).Select(w => (w.Text, w.Text == MaskedText.Mask)));
}
