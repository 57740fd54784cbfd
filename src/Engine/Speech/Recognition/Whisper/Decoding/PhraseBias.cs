using SpeechQA.Engine.Speech.Recognition.Whisper.Tokens;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;

/// <summary>A token trie of phrases that the recogniser should prefer when the audio allows them; shared, immutable.</summary>
internal sealed class PhraseTrie
{
    private readonly Node _root = new();

    /// <param name="phrases">As written; each also counts with a blank before it and with a capital first letter.</param>
    public PhraseTrie(Vocabulary vocabulary, WhisperSettings.BiasWeights weights, IEnumerable<string> phrases)
    {
        Weights = weights;
        foreach (var phrase in phrases.Where(p => p.Length > 0))
        {
            var capital = char.ToUpperInvariant(phrase[0]) + phrase[1..];
            foreach (var form in new[] { phrase, " " + phrase, capital, " " + capital }) Add(vocabulary, form);
        }
    }

    public WhisperSettings.BiasWeights Weights { get; }

    internal Node Root => _root;

    // A form with tokens that the graph does not keep cannot be written.
    private void Add(Vocabulary vocabulary, string form)
    {
        var ids = vocabulary.Encoder.Encode(form);
        var rows = vocabulary.RowsOf(ids);
        if (rows.Length < ids.Length) return;
        var node = _root;
        foreach (var row in rows)
        {
            if (!node.Next.TryGetValue(row, out var next)) node.Next[row] = next = new Node();
            node = next;
        }
    }

    internal sealed class Node
    {
        public Dictionary<int, Node> Next { get; } = [];
    }
}

/// <summary>
/// The phrases that one hypothesis has under way. Every first token of a phrase gets a small bonus, every token that
/// continues a started phrase a larger one; greedy, no back-tracking. Log-probabilities are reported without it.
/// </summary>
internal sealed class PhraseBias(PhraseTrie trie)
{
    private readonly List<PhraseTrie.Node> _active = [];
    private readonly Dictionary<int, float> _added = [];

    public void Apply(Span<float> logits)
    {
        _added.Clear();
        foreach (var row in trie.Root.Next.Keys) _added[row] = trie.Weights.Start;
        foreach (var node in _active)
            foreach (var row in node.Next.Keys) _added[row] = trie.Weights.Boost;
        foreach (var (row, bonus) in _added) logits[row] += bonus;
    }

    /// <summary>Takes away what <see cref="Apply"/> last added.</summary>
    public void TakeBack(Span<float> logits)
    {
        foreach (var (row, bonus) in _added) logits[row] -= bonus;
    }

    /// <summary>What <see cref="Apply"/> last added to a row.</summary>
    public float Added(int row) => _added.GetValueOrDefault(row);

    public void Advance(int row)
    {
        _active.Add(trie.Root);
        var kept = 0;
        for (var i = 0; i < _active.Count; i++)
            if (_active[i].Next.TryGetValue(row, out var next) && next.Next.Count > 0) _active[kept++] = next;
        _active.RemoveRange(kept, _active.Count - kept);
    }
}
