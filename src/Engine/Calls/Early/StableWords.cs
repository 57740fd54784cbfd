using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Calls.Early;

/// <summary>
/// Which words of an utterance under way will not change any more, by local agreement: what two successive hypotheses have
/// in common from their start on, less what ends too near the end of the audio (LocalAgreement-2: Liu et al. 2020;
/// Macháček et al. 2023, arXiv:2307.14743). While the language stays, stable words are only added to.
/// </summary>
internal sealed class StableWords
{
    /// <summary>A word that ends this near the end of the audio may have been cut off, samples.</summary>
    public static readonly long Unsure = AudioTime.Position(0.4);

    private const string Marks = " .,;:!?…\"'«»()-";

    private readonly List<SpokenWord> _stable = [];
    private IReadOnlyList<SpokenWord> _before = [];
    private string _language = "";

    /// <summary>Stable words, the first of what <see cref="Take"/> answered.</summary>
    public int Count => _stable.Count;

    /// <summary>Another utterance begins.</summary>
    public void Clear()
    {
        _stable.Clear();
        _before = [];
        _language = "";
    }

    /// <summary>Takes the next hypothesis of the utterance and answers its words: the stable ones, then the rest as heard now.</summary>
    /// <param name="language">Another one than before: what was stable was misheard, and everything begins anew.</param>
    /// <param name="end">End of the audio it was heard in.</param>
    /// <param name="paused">Silence follows the last word, so that it is whole.</param>
    public IReadOnlyList<SpokenWord> Take(string language, IReadOnlyList<SpokenWord> words, long end, bool paused)
    {
        if (language != _language) Clear();
        _language = language;
        var rest = RestOf(words);
        var before = RestOf(_before);
        var sure = paused ? long.MaxValue : end - Unsure;
        var agreed = 0;
        while (agreed < Math.Min(rest.Count, before.Count) && rest[agreed].End <= sure && Same(rest[agreed].Text, before[agreed].Text))
            agreed++;
        _stable.AddRange(rest.Take(agreed));
        _before = words;
        return [.. _stable, .. rest.Skip(agreed)];
    }

    /// <summary>The same word but for case and marks, which depend on what follows.</summary>
    public static bool Same(string a, string b) =>
        a.AsSpan().Trim(Marks).Equals(b.AsSpan().Trim(Marks), StringComparison.OrdinalIgnoreCase);

    /// <summary>What follows the stable words: by their number if the hypothesis begins with them, else by time.</summary>
    private List<SpokenWord> RestOf(IReadOnlyList<SpokenWord> words)
    {
        if (_stable.Count == 0) return [.. words];
        var begins = words.Count >= _stable.Count;
        for (var i = 0; begins && i < _stable.Count; i++) begins = Same(words[i].Text, _stable[i].Text);
        if (begins) return [.. words.Skip(_stable.Count)];
        var end = _stable[^1].End;
        return [.. words.SkipWhile(w => (w.Start + w.End) / 2 < end)];
    }
}
