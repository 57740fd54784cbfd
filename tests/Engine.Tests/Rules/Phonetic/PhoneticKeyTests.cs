using SpeechQA.Engine.Language;
using SpeechQA.Engine.Rules.Phonetic;

namespace SpeechQA.Engine.Tests.Rules.Phonetic;

public sealed class PhoneticKeyTests
{
    [Theory]
    [InlineData("en", "cancel", "cancell")]
    [InlineData("en", "their", "there", 0.5)]
    [InlineData("en", "write", "right", 0.5)]
    [InlineData("en", "refund", "refunt", 0.5)]
    [InlineData("en", "phone", "fone")]
    [InlineData("en", "knight", "night")]
    [InlineData("en", "lawyer", "loyer", 0.5)]
    [InlineData("fr", "resilier", "resiluer", 0.5)]
    [InlineData("fr", "resilier", "resilie", 0.5)]
    [InlineData("fr", "decue", "dessue")]
    [InlineData("fr", "recus", "ressu")]
    [InlineData("fr", "garcons", "garson")]
    [InlineData("fr", "plainte", "pleins", 0.5)]
    [InlineData("fr", "plainte", "plaintes")]
    [InlineData("fr", "appel", "appelle")]
    [InlineData("fr", "responsable", "responsables")]
    [InlineData("fr", "chaud", "show", 1.0)]
    [InlineData("fr", "demande", "demandent", 0.7)]
    public void Words_that_sound_alike_are_near(string code, string a, string b, double most = 0)
    {
        var language = SpokenLanguage.Find(code)!;
        var (x, y) = (PhoneticKey.Of(a, language), PhoneticKey.Of(b, language));
        Assert.True(PhoneticDistance.Of(x, y, 5) <= most, $"{a} {x}, {b} {y}: {PhoneticDistance.Of(x, y, 5)}");
    }

    [Theory]
    [InlineData("en", "refund", "friend")]
    [InlineData("en", "manager", "message")]
    [InlineData("fr", "avocat", "abricot")]
    [InlineData("fr", "recul", "resul")]
    [InlineData("fr", "concurrent", "consurent")]
    [InlineData("fr", "plainte", "point")]
    [InlineData("fr", "resilier", "realiser")]
    public void Words_that_sound_otherwise_are_not(string code, string a, string b)
    {
        var language = SpokenLanguage.Find(code)!;
        var (x, y) = (PhoneticKey.Of(a, language), PhoneticKey.Of(b, language));
        Assert.True(PhoneticDistance.Of(x, y, 5) >= 1, $"{a} {x}, {b} {y}: {PhoneticDistance.Of(x, y, 5)}");
    }

    [Fact]
    public void Distance_is_symmetric_zero_for_equals_and_a_limit_only_cuts()
    {
        var random = new Random(7);
        const string sounds = "PBTD0KGFVSZXCJMNLRWQAEIOU2135HY";
        string Key() => string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => sounds[random.Next(sounds.Length)]));
        for (var i = 0; i < 5000; i++)
        {
            var (a, b, limit) = (Key(), Key(), random.NextDouble() * 4);
            var distance = PhoneticDistance.Of(a, b, 100);
            Assert.Equal(distance, PhoneticDistance.Of(b, a, 100), 9);
            Assert.Equal(0, PhoneticDistance.Of(a, a, 0));
            Assert.Equal(distance <= limit ? distance : double.PositiveInfinity, PhoneticDistance.Of(a, b, limit), 9);
        }
    }

    [Fact]
    public void Any_text_has_a_bounded_key()
    {
        var random = new Random(11);
        foreach (var language in SpokenLanguage.All)
        {
            for (var i = 0; i < 20_000; i++)
            {
                var length = i % 500 == 0 ? 5000 : random.Next(30);
                var text = string.Create(length, random, (span, r) =>
                {
                    foreach (ref var c in span) c = r.Next(10) == 0 ? (char)r.Next(1, 0xD7FF) : (char)('a' + r.Next(26));
                });
                var key = PhoneticKey.Of(text, language);
                Assert.True(key.Length <= 2 * PhoneticKey.LongestWord, $"{key.Length} sounds");
                Assert.All(key, c => Assert.True(char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)));
            }
        }
    }
}
