using System.Text;
using SpeechQA.Engine.Biasing;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Tests.Biasing;

public sealed class CustomerVocabularyTests : IDisposable
{
    private static readonly string[] Languages = ["en", "fr"];
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"vocabulary-{Guid.NewGuid():n}.txt");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Names_are_read_by_language_without_comments_and_doubles()
    {
        var names =
            Read("\uFEFF# products\r\nZéphyr Box   # the router\r\n\r\n fr: Livraison  Éclair \nEN:Premium+\nzéphyr box\nO'Neil & Sons, "
            + "Ltd.\n");
        Assert.Equal(["Zéphyr Box", "Premium+", "O'Neil & Sons, Ltd."], names.Of("en"));
        Assert.Equal(["Zéphyr Box", "Livraison Éclair", "O'Neil & Sons, Ltd."], names.Of("fr"));
        Assert.Equal(5, names.Count);
    }

    [Fact]
    public void Decomposed_accents_are_composed() => Assert.Equal(["Zéphyr"], Read("Ze\u0301phyr").Of("fr"));

    [Theory]
    [InlineData("", "holds no name")]
    [InlineData("# only a comment\n\n", "holds no name")]
    [InlineData("Box\n<b>Bold</b>", ":2: '<' in a name")]
    [InlineData("Box\u0007", ":1: the character U+0007")]
    [InlineData("Box\0Bad", ":1: the character U+0000")]
    [InlineData("Box\u202EBad", ":1: the character U+202E")]
    [InlineData("Box\tTwo; three", "';' in a name")]
    [InlineData("日本語テスト", "'日' in a name")]
    [InlineData("Box 😀", "U+D83D")]
    [InlineData("x1", "fewer than 3 letters")]
    [InlineData("de: Wort", "'de:' is not a language in use")]
    [InlineData("http://example.com", "'http:' is not a language in use")]
    public void What_is_no_name_is_refused_with_its_line(string text, string reason)
    {
        var e = Assert.Throws<BadInputException>(() => Read(text));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Sizes_are_limited()
    {
        Assert.Contains("characters", Assert.Throws<BadInputException>(() => Read(new string('a', CustomerVocabulary.LongestName + 1)))
            .Message, StringComparison.Ordinal);
        var lines = string.Concat(Enumerable.Range(0, CustomerVocabulary.MostNames + 1).Select(i => $"name {i}\n"));
        Assert.Contains($":{CustomerVocabulary.MostNames + 1}: more than", Assert.Throws<BadInputException>(() => Read(lines)).Message,
            StringComparison.Ordinal);
        Assert.Contains("larger than", Assert.Throws<BadInputException>(() => Read(new string('#', CustomerVocabulary.FileBytes + 1)))
            .Message, StringComparison.Ordinal);
        Assert.Equal(CustomerVocabulary.MostNames, Read(lines[..lines.TrimEnd().LastIndexOf('\n')]).Count);
    }

    [Fact]
    public void A_file_that_is_no_text_or_is_not_there_is_one_line()
    {
        File.WriteAllBytes(_path, [0xFF, 0xFE, 0x42, 0x00]);
        Assert.Contains("not UTF-8", Assert.Throws<BadInputException>(() => CustomerVocabulary.Read(_path, Languages)).Message,
            StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<BadInputException>(() => CustomerVocabulary.Read(_path + ".no", Languages)).Message,
            StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<BadInputException>(() => CustomerVocabulary.Read(Path.GetTempPath(), Languages))
            .Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_are_names_or_one_bad_input()
    {
        var random = new Random(9);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (i % 2 == 0) bytes = Encoding.UTF8.GetBytes(string.Concat(bytes.Select(b => (char)(b < 128 ? b : b + 100))));
            File.WriteAllBytes(_path, bytes);
            try
            {
                Assert.All(CustomerVocabulary.Read(_path, Languages).Of("en"), name =>
                    Assert.InRange(name.Length, CustomerVocabulary.FewestLetters, CustomerVocabulary.LongestName));
            }
            catch (BadInputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    private CustomerVocabulary Read(string text)
    {
        File.WriteAllText(_path, text, new UTF8Encoding(false));
        return CustomerVocabulary.Read(_path, Languages);
    }
}
