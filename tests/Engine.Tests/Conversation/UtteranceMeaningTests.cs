using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Tests.TextModels;

namespace SpeechQA.Engine.Tests.Conversation;

[Collection(TextModelCollection.Name)]
public sealed class UtteranceMeaningTests(TextModelFixture text)
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(40, 1)]
    [InlineData(41, 3)]
    [InlineData(55, 3)]
    [InlineData(56, 4)]
    public void Windows_cover_every_word(int words, int windows)
    {
        Range[] ranges = [.. TextWindows.Over(words)];
        Assert.Equal(windows, ranges.Length);
        Assert.Equal(Enumerable.Range(0, words), ranges.SelectMany(r => Enumerable.Range(0, words).Take(r)).Distinct().Order());
        if (words > 40) Assert.All(ranges, r => Assert.Equal(25, r.End.Value - r.Start.Value));
    }

    [Fact]
    public void What_is_meant_in_a_long_utterance_is_found_where_it_is_said()
    {
        var filler = string.Join(' ', Enumerable.Repeat("so the parcel came on monday with the other boxes", 4));
        var meaning = UtteranceMeaning.Read(text.Model,
            Said($"{filler} and now i want to cancel my contract with you today please {filler}"));
        var cancel = text.Model.Intents.Index().Single(i => i.Item.Name == "cancel");
        var (output, window) = meaning.Intent(cancel.Index);
        Assert.True(output > cancel.Item.Threshold);
        Assert.Contains("cancel my contract", window.Text);
        Assert.Equal(window.Words, window.Text.Split(' ').Length);
    }

    [Theory]
    [InlineData("Then fix it. I am going to cancel my contract today. And I want to speak to your supervisor now.", new[] { 11, 9 })]
    [InlineData("Yes. No. Maybe. I do not know. Well.", new[] { 8 })]
    [InlineData("Thank you very much. Bye.", new[] { 5 })]
    [InlineData("Hello", new[] { 1 })]
    public void Each_sentence_is_read_alone_and_a_short_one_with_a_neighbour(string said, int[] words) =>
        Assert.Equal(words, UtteranceMeaning.Read(text.Model, Said(said)).Windows.Select(w => w.Words));

    private static Utterance Said(string words)
    {
        SpokenWord[] spoken = [.. words.Split(' ').Select((w, i) => new SpokenWord(w, i * 4000, i * 4000 + 4000, 1))];
        return new Utterance(0, Party.Customer, 0, 0, spoken[^1].End, words, "en", 1, spoken) { Decided = spoken[^1].End, Clock = default };
    }
}
