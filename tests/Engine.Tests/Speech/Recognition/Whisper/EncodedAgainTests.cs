using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper;

/// <summary>What was encoded a moment ago serves again, and never for other audio.</summary>
[Collection(WhisperCollection.Name)]
public sealed class EncodedAgainTests(WhisperFixture whisper)
{
    private const string File = "asterisk_fr/conf-now-recording.flac";
    private static readonly ScoredText[] Texts = [new("La conférence est maintenant enregistrée."),
        new("La", "conference est", " maintenant enregistrée.")];

    private WhisperRecognizer Open() => new(whisper.Sessions, new WhisperOptions { Workers = 1 });

    private static RecognitionRequest Request(float[] samples, RecognitionKind kind = RecognitionKind.Final) =>
        new(samples, new LegLanguage("fr"), kind);

    private static async Task<(double[] Scores, bool Encoded)> ScoreAsync(WhisperRecognizer recognizer, float[] samples,
        bool asPartial = false)
    {
        var before = recognizer.Statistics.Encoder;
        var support = await recognizer.ScoreAsync(new ScoreRequest(samples, "fr", Texts, RecognitionKind.Final) { AsPartial = asPartial });
        return ([.. support.Select(s => s.LogProbability)], recognizer.Statistics.Encoder > before);
    }

    [Fact]
    public async Task Texts_are_compared_on_what_was_encoded_for_the_recognition()
    {
        var samples = whisper.Clip(File);
        await using var recognizer = Open();
        var fresh = await ScoreAsync(recognizer, samples);
        Assert.True(fresh.Encoded);
        await recognizer.RecognizeAsync(Request(samples));
        var again = await ScoreAsync(recognizer, [.. samples]);
        Assert.False(again.Encoded);
        Assert.Equal(fresh.Scores, again.Scores);
        // A partial's window is another.
        Assert.True((await ScoreAsync(recognizer, samples, asPartial: true)).Encoded);
        Assert.False((await ScoreAsync(recognizer, samples, asPartial: true)).Encoded);
    }

    [Fact]
    public async Task Other_audio_in_the_same_memory_is_encoded()
    {
        var samples = whisper.Clip(File).ToArray();
        await using var recognizer = Open();
        var text = (await recognizer.RecognizeAsync(Request(samples))).Text;
        Array.Clear(samples);
        Assert.True((await ScoreAsync(recognizer, samples)).Encoded);
        Assert.NotEqual(text, (await recognizer.RecognizeAsync(Request(samples))).Text);
    }

    [Fact]
    public async Task A_long_utterance_changes_nothing_for_those_in_flight_while_it_is_encoded()
    {
        float[] clip = whisper.Clip(File), twelve = [.. Enumerable.Repeat(clip, 20).SelectMany(c => c).Take(12 * 16_000)];
        await using var recognizer = new WhisperRecognizer(whisper.Sessions, new WhisperOptions { Workers = 1 }, TimeProvider.System,
            start: false);
        await using var alone = Open();
        // The likely final is taken first; the long one is encoded while it is in flight.
        var first = recognizer.RecognizeAsync(Request(clip, RecognitionKind.Speculative)).AsTask();
        var second = recognizer.RecognizeAsync(Request(twelve)).AsTask();
        recognizer.Start();
        var (short_, long_) = (await first, await second);
        Assert.Equal((await alone.RecognizeAsync(Request(clip))).Words, short_.Words);
        Assert.Equal((await alone.RecognizeAsync(Request(twelve))).Words, long_.Words);
        Assert.True(short_.Clock.Inferred < long_.Clock.Inferred);
    }

    [Fact]
    public void A_free_state_is_used_for_other_speech_when_enough_are_kept()
    {
        using var pool = new StatePool(whisper.Model.Settings);
        var states = Enumerable.Range(0, StatePool.Kept + 1).Select(i => (Key: Key(i), State: pool.Take(Key(i)))).ToList();
        Assert.Equal(states.Count, states.Select(s => s.State).Distinct().Count());
        foreach (var (key, state) in states)
        {
            state.Holds = key;
            pool.Give(state);
        }
        Assert.Same(states[2].State, pool.Take(Key(2)));
        // The one that has been free longest.
        Assert.Same(states[0].State, pool.Take(Key(99)));
        Assert.NotEqual(Key(1), pool.Take(Key(98)).Holds);
        Assert.Same(states[1].State, pool.Take(Key(1)));

        SpeechKey Key(int i) => SpeechKey.Of([i], whisper.Model.Settings.Window);
    }

    [Fact]
    public void Other_speech_gets_a_state_whose_memory_suits_it()
    {
        var settings = whisper.Model.Settings;
        using var pool = new StatePool(settings);
        int[] seconds = [12, 3, 12, 3];
        var states = seconds.Select((s, i) => (State: pool.Take(Key(s, i)), Frames: Key(s, i).Frames)).ToList();
        foreach (var (state, steps) in states)
        {
            state.Begin(steps);
            pool.Give(state);
        }
        Assert.Same(states[1].State, pool.Take(Key(5, 99)));
        pool.Give(states[1].State);
        Assert.Same(states[0].State, pool.Take(Key(10, 98)));
        Assert.False(states[2].State.Suits(Key(4, 0).Frames));
        // What only a recording has: too much to be kept, and no other has room for it.
        using var longest = pool.Take(Key(28, 97));
        longest.Begin(Key(28, 97).Frames);
        Assert.Equal(1_475, longest.Frames);
        Assert.True(longest.Held > DecoderState.LongBytes);

        SpeechKey Key(int length, float content)
        {
            var speech = new float[length * 16_000];
            speech[0] = content;
            return SpeechKey.Of(speech, settings.Window);
        }
    }
}
