using SpeechQA.Engine.Language;

namespace SpeechQA.Engine.Tests.Language;

public sealed class WordNormalizerTests
{
    [Theory]
    [InlineData("I don't, I won't; CAN'T!", "i do not i will not can not")]
    [InlineData("you've we'd they'll I'm it's", "you have we would they will i am it is")]
    [InlineData("my brother's house", "my brother s house")]
    [InlineData("gonna wanna cannot dont", "going to want to can not do not")]
    [InlineData("um, the 3rd time, uh, 4 calls", "the third time four calls")]
    [InlineData("forty-two 42 142", "forty two forty two one hundred forty two")]
    [InlineData("the 15th", "the fifteenth")]
    [InlineData("o’clock Ok", "oclock okay")]
    [InlineData("...!?", "")]
    public void English(string text, string words) =>
        Assert.Equal(words, string.Join(' ', WordNormalizer.Words(text, SpokenLanguage.English)));

    [Theory]
    [InlineData("L'abonnement, s'il vous plaît", "l abonnement s il vous plait")]
    [InlineData("Passez-moi qu’il", "passez moi qu il")]
    [InlineData("Je n'ai pas / je ne veux pas", "je ai pas je veux pas")]
    [InlineData("ma sœur, ça a été à Noël", "ma soeur ca a ete a noel")]
    [InlineData("la 3e fois, la 3ème, le 1er", "la troisieme fois la troisieme le premier")]
    [InlineData("71 80 91 21 4", "soixante et onze quatre vingts quatre vingt onze vingt et un quatre")]
    [InlineData("euh, re\u0301silier hein", "resilier")]
    public void French(string text, string words) =>
        Assert.Equal(words, string.Join(' ', WordNormalizer.Words(text, SpokenLanguage.French)));

    [Fact]
    public void A_word_of_the_stream_costs_no_memory()
    {
        var sink = new Counter();
        WordNormalizer.Normalize("don't", SpokenLanguage.English, ref sink);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) WordNormalizer.Normalize("don't", SpokenLanguage.English, ref sink);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2002, sink.Count);
    }

    [Theory]
    [InlineData("2037", 4)]
    [InlineData("42", 2)]
    [InlineData("8", 1)]
    [InlineData("forty-two", 1)]
    [InlineData("don't", 1)]
    [InlineData("—", 0)]
    public void Spoken_words_of_what_is_written(string written, int count) =>
        Assert.Equal(count, NumberWords.Spoken(written, SpokenLanguage.English));

    private struct Counter : ITokenSink
    {
        public int Count;

        public void Add(ReadOnlySpan<char> token) => Count++;
    }
}
