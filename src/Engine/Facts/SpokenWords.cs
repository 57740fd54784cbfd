using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Language;

namespace SpeechQA.Engine.Facts;

/// <summary>How many words were spoken in an utterance.</summary>
internal static class SpokenWords
{
    /// <summary>Figures count as their digits where the language is known; a masked word counts as one.</summary>
    public static int Count(Utterance utterance)
    {
        var language = SpokenLanguage.Find(utterance.Language);
        var count = 0;
        foreach (var word in utterance.Words)
        {
            if (string.IsNullOrWhiteSpace(word.Text)) continue;
            count += language is null ? 1 : Math.Max(1, NumberWords.Spoken(word.Text, language));
        }
        return count;
    }
}
