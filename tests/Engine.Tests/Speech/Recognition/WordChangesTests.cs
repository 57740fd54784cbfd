using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Tests.Speech.Recognition;

public sealed class WordChangesTests
{
    [Theory]
    [InlineData("a b c", "a b c", "")]
    [InlineData("a b c", "A, b. C!", "")]
    [InlineData("a b c", "a x c", "1")]
    [InlineData("a b c", "a c", "")]
    [InlineData("a c", "a b c", "1")]
    [InlineData("", "a b", "0 1")]
    [InlineData("a a b", "b a a", "0")]
    public void Words_that_are_new_are_told(string before, string after, string changed) =>
        Assert.Equal(changed, string.Join(' ', WordChanges.Of(Words(before), Words(after))));

    private static RecognizedWord[] Words(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => new RecognizedWord(w, 0, 0, 0))];
}
