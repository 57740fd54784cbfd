using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Definitions;

namespace SpeechQA.Bench.Micro;

/// <summary>Utterances that were never spoken, for what comes after recognition.</summary>
internal static class WrittenCall
{
    public static readonly RuleCall Parties = new(null, [Party.Agent, Party.Customer]);

    /// <summary>Words of 0.3 s each; decided 0.6 s after the last.</summary>
    public static UtteranceSpoken Say(int leg, int index, double start, string text)
    {
        SpokenWord[] words = [.. text.Split(' ').Select((w, i) =>
            new SpokenWord(w, AudioTime.Position(start + 0.3 * i), AudioTime.Position(start + 0.3 * (i + 1)), 0.9f))];
        return new UtteranceSpoken(new Utterance(leg, Parties.Parties[leg], index, words[0].Start, words[^1].End, text, "en", 0.9f, words)
        {
            Decided = words[^1].End + AudioTime.Position(0.6),
            Clock = default,
        });
    }
}
