using System.Collections.Concurrent;

namespace SpeechQA.Engine.Rules.Phonetic;

/// <summary>Answers by text, of which so many are kept. Safe for concurrent use.</summary>
internal sealed class PhoneticCache<T>
{
    /// <summary>More words than calls about one trade have; then it begins anew.</summary>
    public const int Most = 8192;

    private readonly ConcurrentDictionary<string, T> _known = new(StringComparer.Ordinal);
    private int _count;

    public bool Find(string text, out T known) => _known.TryGetValue(text, out known!);

    public T Add(string text, T answer)
    {
        // The dictionary's own count locks all of it.
        if (_known.TryAdd(text, answer) && Interlocked.Increment(ref _count) > Most)
        {
            _known.Clear();
            Interlocked.Exchange(ref _count, 0);
        }
        return answer;
    }
}
