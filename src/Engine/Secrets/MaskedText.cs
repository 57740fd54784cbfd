using System.Text;
using SpeechQA.Engine.Conversation;

namespace SpeechQA.Engine.Secrets;

/// <summary>Writes words with the secret ones left out.</summary>
internal static class MaskedText
{
    /// <summary>Stands for any number of digits: its length says nothing.</summary>
    public const string Mask = "••••";

    /// <summary>The utterance with masked words.</summary>
    /// <param name="isMasked">By word.</param>
    public static Utterance Of(Utterance utterance, IReadOnlyList<bool> isMasked)
    {
        if (!isMasked.Contains(true)) return utterance;
        return utterance with
        {
            Text = Text(utterance.Text, utterance.Words, isMasked),
            Words = [.. utterance.Words.Zip(isMasked, (word, masked) => masked ? word with { Text = Mask } : word)],
        };
    }

    /// <summary>The words with single spaces between them; neighbouring masks are one.</summary>
    public static string Joined(IEnumerable<(string Text, bool IsMasked)> words)
    {
        var text = new StringBuilder();
        var masked = false;
        foreach (var word in words)
        {
            if (!word.IsMasked || !masked) text.Append(text.Length > 0 ? " " : "").Append(word.IsMasked ? Mask : word.Text);
            masked = word.IsMasked;
        }
        return text.ToString();
    }

    // The text's own spacing is kept; where it is not made of the words, they are joined anew rather than trusting it.
    private static string Text(string text, IReadOnlyList<SpokenWord> words, IReadOnlyList<bool> isMasked)
    {
        var result = new StringBuilder();
        var at = 0;
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i].Text.Trim();
            var found = text.IndexOf(word, at, StringComparison.Ordinal);
            if (found < 0 || !text.AsSpan(at, found - at).IsWhiteSpace())
                return Joined(words.Zip(isMasked, (w, masked) => (w.Text.Trim(), masked)));
            var again = isMasked[i] && i > 0 && isMasked[i - 1];
            if (!again) result.Append(text, at, found - at).Append(isMasked[i] ? Mask : word);
            at = found + word.Length;
        }
        return result.ToString();
    }
}
