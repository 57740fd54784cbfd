using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Tests.TextModels;

[Collection(TextModelCollection.Name)]
public sealed class TextTokenizerTests(TextModelFixture text)
{
    [Fact]
    public void Golden_vectors_are_exact()
    {
        var vectors = text.Golden.GetProperty("tokenizer");
        Assert.Equal(100, vectors.GetArrayLength());
        foreach (var v in vectors.EnumerateArray())
        {
            var input = v.GetProperty("text").GetString()!;
            var normalized = text.Model.Tokenizer.Normalize(input);
            Assert.Equal(v.GetProperty("normalized").GetString(), normalized);
            Assert.Equal(v.GetProperty("words").EnumerateArray().Select(w => w.GetString()), Words(normalized));
            Assert.Equal(v.GetProperty("ids").EnumerateArray().Select(i => i.GetInt64()), Ids(input));
        }
    }

    [Fact]
    public void Long_text_is_cut_to_the_models_positions()
    {
        var ids = Ids(string.Join(' ', Enumerable.Repeat("je voudrais", 500)));
        Assert.Equal(64, ids.Length);
        Assert.Equal((2, 3), (ids[0], ids[^1]));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_left_out() => Assert.Equal(Ids("oui"), Ids("o\ud83dui\udc00"));

    private long[] Ids(string input)
    {
        var ids = new long[text.Model.Tokenizer.MaxTokens];
        return ids[..text.Model.Tokenizer.Encode(input, ids)];
    }

    private static List<string> Words(string normalized)
    {
        var rest = normalized.ToCharArray().AsSpan();
        var words = new List<string>();
        while (TextTokenizer.NextWord(ref rest) is { IsEmpty: false } word) words.Add(new string(word));
        return words;
    }
}
