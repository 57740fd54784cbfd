using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;

namespace SpeechQA.Engine.TextModels;

/// <summary>
/// The text model's tokenizer, models/text/TOKENIZER.md: 1. normalise by code point, 2. split into words, 3. pieces of a
/// word, longest first (WordPiece), 4. <c>[CLS]</c> pieces <c>[SEP]</c>. Immutable; any number of threads.
/// </summary>
public sealed class TextTokenizer
{
    private const int Unknown = 1;
    private const int First = 2;
    private const int Last = 3;

    /// <summary>Code points; a longer word is one unknown piece.</summary>
    private const int LongestWord = 100;

    private readonly FrozenDictionary<int, string> _fold;
    private readonly int _longestFold;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _starts;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _continuations;
    private readonly int _longestPiece;

    /// <param name="pieces">Piece by id.</param>
    /// <param name="fold">A character and what stands for it.</param>
    /// <param name="maxTokens">The model's positions, first and last mark included.</param>
    internal TextTokenizer(IReadOnlyList<string> pieces, IReadOnlyDictionary<string, string> fold, int maxTokens)
    {
        MaxTokens = maxTokens;
        _fold = fold.ToFrozenDictionary(f => Rune.GetRuneAt(f.Key, 0).Value, f => f.Value);
        _longestFold = fold.Values.Append("").Max(f => f.Length);
        var starts = new Dictionary<string, int>(StringComparer.Ordinal);
        var continuations = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < pieces.Count; id++)
        {
            if (pieces[id].StartsWith("##", StringComparison.Ordinal)) continuations[pieces[id][2..]] = id;
            else starts[pieces[id]] = id;
            _longestPiece = Math.Max(_longestPiece, pieces[id].Length);
        }
        _starts = starts.GetAlternateLookup<ReadOnlySpan<char>>();
        _continuations = continuations.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Most ids of a text.</summary>
    public int MaxTokens { get; }

    /// <exception cref="BadInputException">A file is missing, changed, or not what it should be.</exception>
    internal static TextTokenizer Read(ModelFolder folder, string model, int vocabulary, int maxTokens)
    {
        var file = folder[$"{model}/vocab.txt"];
        var pieces = Encoding.UTF8.GetString(file.Read()).TrimEnd('\n').Split('\n');
        if (pieces.Length != vocabulary)
            throw new BadInputException($"{file.FullPath}: {pieces.Length} pieces where config.json says {vocabulary}", ModelFile.Remedy);
        var fold = folder[$"{model}/fold.json"];
        try
        {
            return new TextTokenizer(pieces, JsonSerializer.Deserialize<Dictionary<string, string>>(fold.Read())!, maxTokens);
        }
        catch (JsonException e)
        {
            throw new BadInputException($"{fold.FullPath}: not a table of characters ({e.Message})", ModelFile.Remedy, e);
        }
    }

    /// <summary>The ids of a text; does not allocate.</summary>
    /// <param name="text">Any text; what does not fit into <see cref="MaxTokens"/> is cut off.</param>
    /// <param name="ids">At least <see cref="MaxTokens"/> long.</param>
    /// <returns>How many ids were written, at least 2.</returns>
    public int Encode(ReadOnlySpan<char> text, Span<long> ids)
    {
        var buffer = ArrayPool<char>.Shared.Rent(NormalizedBound(text.Length));
        var normalized = buffer.AsSpan(0, Normalize(text, buffer));
        ids[0] = First;
        var n = 1;
        while (n < MaxTokens - 1 && NextWord(ref normalized) is { IsEmpty: false } word) n += Pieces(word, ids[n..(MaxTokens - 1)]);
        ids[n] = Last;
        ArrayPool<char>.Shared.Return(buffer);
        return n + 1;
    }

    /// <summary>Lower case without accents, typographic marks made ASCII.</summary>
    internal string Normalize(string text)
    {
        var buffer = new char[NormalizedBound(text.Length)];
        return new string(buffer, 0, Normalize(text, buffer));
    }

    /// <summary>Takes the next word off normalised text; empty at its end. A mark or symbol is a word by itself.</summary>
    internal static Span<char> NextWord(ref Span<char> normalized)
    {
        normalized = normalized.TrimStart(' ');
        var end = 0;
        while (end < normalized.Length && normalized[end] != ' ')
        {
            Rune.DecodeFromUtf16(normalized[end..], out var rune, out var length);
            var alone = Rune.IsPunctuation(rune) || Rune.IsSymbol(rune);
            if (!alone || end == 0) end += length;
            if (alone) break;
        }
        var word = normalized[..end];
        normalized = normalized[end..];
        return word;
    }

    private int NormalizedBound(int length) => Math.Max(1, length * Math.Max(1, _longestFold));

    private int Normalize(ReadOnlySpan<char> text, Span<char> into)
    {
        var n = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (_fold.TryGetValue(rune.Value, out var folded))
            {
                folded.CopyTo(into[n..]);
                n += folded.Length;
            }
            else if (rune.Value is 0 or 0xFFFD or >= 0x300 and <= 0x36F) continue; // NUL, replacement, combining marks
            else if (IsSpace(rune)) into[n++] = ' ';
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format))
                n += Rune.ToLowerInvariant(rune).EncodeToUtf16(into[n..]);
        }
        return n;
    }

    private static bool IsSpace(Rune rune) => rune.Value is '\t' or '\n' or '\r'
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator;

    // The whole word is unknown if one step fails, even when the room for its pieces has run out before.
    private int Pieces(ReadOnlySpan<char> word, Span<long> ids)
    {
        var n = 0;
        var start = 0;
        var tooLong = word.Length > LongestWord && CodePoints(word) > LongestWord;
        while (start < word.Length && !tooLong)
        {
            var pieces = start == 0 ? _starts : _continuations;
            var end = Math.Min(word.Length, start + _longestPiece);
            int id;
            while (!pieces.TryGetValue(word[start..end], out id) && --end > start) { }
            if (end == start) break;
            if (n < ids.Length) ids[n] = id;
            n++;
            start = end;
        }
        if (start == word.Length) return Math.Min(n, ids.Length);
        ids[0] = Unknown;
        return 1;
    }

    private static int CodePoints(ReadOnlySpan<char> word)
    {
        var n = 0;
        foreach (var _ in word.EnumerateRunes()) n++;
        return n;
    }
}
