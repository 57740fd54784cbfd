using SpeechQA.Engine.Calls.Early;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Tests.Calls.Early;

public sealed class StableWordsTests
{
    /// <summary>Words of 0.3 s from 0 on.</summary>
    private static SpokenWord[] Words(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select((w, i) => new SpokenWord(w, At(0.3 * i), At(0.3 * (i + 1)), 0.9f))];

    private static long At(double seconds) => AudioTime.Position(seconds);

    private static (string Stable, string All) Take(StableWords stable, string text, double end = 60, string language = "en",
        bool paused = false)
    {
        var words = stable.Take(language, Words(text), At(end), paused);
        return (string.Join(' ', words.Take(stable.Count).Select(w => w.Text)), string.Join(' ', words.Select(w => w.Text)));
    }

    [Fact]
    public void What_two_hypotheses_agree_on_from_the_start_is_stable()
    {
        var stable = new StableWords();
        Assert.Equal(("", "I want to counsel"), Take(stable, "I want to counsel"));
        Assert.Equal(("I want to", "I want to cancel my contact"), Take(stable, "I want to cancel my contact"));
        Assert.Equal(("I want to cancel my", "I want to cancel my contract today"), Take(stable, "I want to cancel my contract today"));
    }

    [Fact]
    public void A_word_near_the_end_of_the_audio_may_have_been_cut()
    {
        var stable = new StableWords();
        Take(stable, "I want to can", 1.2);
        Assert.Equal("I want", Take(stable, "I want to can", 1.2).Stable); // "to" ends 0.3 s before the end
        Assert.Equal("I want to", Take(stable, "I want to cancel", 1.6).Stable);
    }

    [Fact]
    public void After_a_pause_the_last_word_is_whole()
    {
        var stable = new StableWords();
        Take(stable, "I want to", 0.9);
        Assert.Equal("I want to", Take(stable, "I want to", 0.9, paused: true).Stable);
    }

    [Fact]
    public void Case_and_marks_are_no_difference()
    {
        var stable = new StableWords();
        Take(stable, "well. i want it,");
        Assert.Equal("Well, I want it", Take(stable, "Well, I want it").Stable);
    }

    [Fact]
    public void What_was_stable_stays_as_it_was_shown_and_the_rest_goes_on_after_it_in_time()
    {
        var stable = new StableWords();
        Take(stable, "I want to cancel");
        Take(stable, "I want to cancel");
        Assert.Equal(("I want to cancel", "I want to cancel my contract"), Take(stable, "I won to cancel my contract"));
        Assert.Equal(("I want to cancel my contract", "I want to cancel my contract now"), Take(stable, "I won to cancel my contract now"));
    }

    [Fact]
    public void Another_language_begins_anew()
    {
        var stable = new StableWords();
        Take(stable, "the main on is");
        Take(stable, "the main on is");
        Assert.Equal(("", "demain on y va"), Take(stable, "demain on y va", language: "fr"));
        Assert.Equal("demain on y va", Take(stable, "demain on y va", language: "fr").Stable);
    }

    [Fact]
    public void Whatever_is_heard_stable_text_is_only_added_to()
    {
        var random = new Random(20261124);
        string[] vocabulary = ["a", "b", "B,", "c", "c.", "dd", "e"];
        for (var round = 0; round < 400; round++)
        {
            var stable = new StableWords();
            var truth = Enumerable.Range(0, 30).Select(_ => vocabulary[random.Next(vocabulary.Length)]).ToArray();
            var before = "";
            for (var n = 2; n <= 30; n += random.Next(0, 5))
            {
                // The recogniser errs at random: words exchanged, left out, added.
                var heard = truth.Take(n).SelectMany(w => random.Next(12) switch
                {
                    0 => [vocabulary[random.Next(vocabulary.Length)]],
                    1 => Array.Empty<string>(),
                    2 => [w, w],
                    _ => [w],
                });
                var (now, all) = Take(stable, string.Join(' ', heard), 0.3 * n, paused: random.Next(8) == 0);
                Assert.StartsWith(before, now, StringComparison.Ordinal);
                Assert.StartsWith(now, all, StringComparison.Ordinal);
                before = now;
                if (random.Next(10) == 0) break;
            }
        }
    }
}
