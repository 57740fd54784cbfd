using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using Result = SpeechQA.Engine.Speech.Recognition.Recognition;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper;

[Collection(WhisperCollection.Name)]
public sealed class WhisperRecognizerTests(WhisperFixture whisper)
{
    private const string Short = "asterisk_en/digits/12.flac";

    private WhisperRecognizer Open(bool start = true, int maxBatch = 8) =>
        new(whisper.Sessions, new WhisperOptions { Workers = 1, MaxBatch = maxBatch }, TimeProvider.System, start);

    private RecognitionRequest Request(RecognitionKind kind = RecognitionKind.Final, string file = Short) =>
        new(whisper.Clip(file), new LegLanguage(GoldenUtterance.Of(file).Language), kind) { Queued = 17 };

    [Fact]
    public async Task Urgent_requests_overtake_those_that_wait()
    {
        await using var recognizer = Open(start: false, maxBatch: 1);
        RecognitionKind[] kinds = [RecognitionKind.File, RecognitionKind.Partial, RecognitionKind.Speculative, RecognitionKind.Final];
        var waiting = kinds.Select(k => recognizer.RecognizeAsync(Request(k)).AsTask()).ToList();
        Assert.Equal(4, recognizer.Waiting);
        recognizer.Start();
        var results = await Task.WhenAll(waiting);
        var order = kinds.Zip(results).OrderBy(p => p.Second.Clock.Inferred).Select(p => p.First);
        Assert.Equal([RecognitionKind.Speculative, RecognitionKind.Final, RecognitionKind.Partial, RecognitionKind.File], order);
    }

    [Fact]
    public async Task A_draft_saves_the_steps_of_what_it_has_right_and_changes_no_word()
    {
        await using var recognizer = Open();
        const string file = "asterisk_en/agent-alreadyon.flac";
        var scratch = await recognizer.RecognizeAsync(Request(RecognitionKind.Partial, file));
        var steps = recognizer.Statistics.DecoderCalls;
        var right = await recognizer.RecognizeAsync(Request(RecognitionKind.Partial, file) with
        {
            Draft = new RecognitionDraft("en", scratch.Tokens),
        });
        Assert.Equal(scratch.Tokens, right.Tokens);
        Assert.Equal(scratch.Tokens.Count, right.DraftAccepted);
        Assert.True(recognizer.Statistics.DecoderCalls - steps <= 2, "the whole draft takes one pass, its end perhaps a step");
        int[] wrong = [.. scratch.Tokens.Take(3), .. scratch.Tokens.Skip(4)];
        var half = await recognizer.RecognizeAsync(Request(RecognitionKind.Partial, file) with
        {
            Draft = new RecognitionDraft("en", wrong),
        });
        Assert.Equal(scratch.Tokens, half.Tokens);
        Assert.Equal(3, half.DraftAccepted);
        var foreign = await recognizer.RecognizeAsync(Request(RecognitionKind.Partial, file) with
        {
            Draft = new RecognitionDraft("fr", scratch.Tokens),
        });
        Assert.Equal((0, scratch.Text), (foreign.DraftAccepted, foreign.Text));
    }

    [Fact]
    public async Task Whatever_its_draft_a_final_is_bit_for_bit_the_one_without()
    {
        await using var recognizer = Open();
        foreach (var golden in GoldenUtterance.All.Where(u => u.Seconds > 1.5))
        {
            var request = Request(RecognitionKind.Final, golden.File) with { Language = new LegLanguage(golden.Language) };
            var scratch = await recognizer.RecognizeAsync(request);
            var partial = await recognizer.RecognizeAsync(request with { Kind = RecognitionKind.Partial });
            var own = scratch.DraftTokens;
            IReadOnlyList<int>[] drafts = [own, partial.DraftTokens, [.. own.Take(own.Count / 2)], [.. own.Skip(2)], [.. own, .. own]];
            foreach (var tokens in drafts)
            {
                var drafted = await recognizer.RecognizeAsync(request with { Draft = new RecognitionDraft(golden.Language, tokens) });
                Assert.Equal(scratch.Tokens, drafted.Tokens);
                Assert.Equal(scratch.Words, drafted.Words);
                Assert.Equal((scratch.Stop, scratch.AverageLogProbability, scratch.NoSpeechProbability),
                    (drafted.Stop, drafted.AverageLogProbability, drafted.NoSpeechProbability));
            }
            Assert.Equal(own.Count > 0, (await recognizer.RecognizeAsync(request with
            {
                Draft = new RecognitionDraft(golden.Language, own)
            })).DraftAccepted > 0);
        }
    }

    [Fact]
    public async Task The_backlog_counts_what_waits_of_live_calls()
    {
        await using var recognizer = Open(start: false);
        foreach (var kind in Enum.GetValues<RecognitionKind>()) _ = recognizer.RecognizeAsync(Request(kind)).AsTask();
        Assert.Equal((4, 3.0), (recognizer.Waiting, recognizer.Backlog));
    }

    [Fact]
    public async Task A_live_utterance_joins_recordings_at_the_next_step_and_none_joins_beside_it()
    {
        await using var recognizer = Open(start: false);
        var (asked, begun, stamps) = (0L, 0L, new List<long>());
        var live = new TaskCompletionSource<Task<Result>>();
        // All on the worker's thread: when it begins with the second recording the live utterance comes.
        void FileBegins()
        {
            stamps.Add(TimeProvider.System.GetTimestamp());
            if (stamps.Count != 2) return;
            asked = recognizer.Statistics.DecoderCalls;
            live.SetResult(recognizer.RecognizeAsync(Request() with { Begun = () => begun = recognizer.Statistics.DecoderCalls }).AsTask());
        }

        var files = Enumerable.Range(0, 6).Select(_ =>
            recognizer.RecognizeAsync(Request(RecognitionKind.File) with { Begun = FileBegins }).AsTask()).ToList();
        recognizer.Start();
        var result = await await live.Task;
        foreach (var file in await Task.WhenAll(files)) Assert.Equal(GoldenUtterance.Of(Short).Tokens, file.Tokens);
        Assert.Equal(GoldenUtterance.Of(Short).Tokens, result.Tokens);
        Assert.Equal(1, begun - asked); // the second recording's prompt, with which the first goes on
        Assert.Equal(6, stamps.Count);
        Assert.All(stamps.Skip(2), s => Assert.True(s >= result.Clock.Inferred));
    }

    [Fact]
    public async Task Clock_and_counters_tell_what_was_done()
    {
        await using var recognizer = Open();
        var before = TimeProvider.System.GetTimestamp();
        var result = await recognizer.RecognizeAsync(Request());
        Assert.Equal(17, result.Clock.Queued);
        Assert.InRange(result.Clock.Inferred, before, TimeProvider.System.GetTimestamp());
        await recognizer.DisposeAsync();
        var statistics = recognizer.Statistics;
        Assert.Equal(1, statistics.Utterances);
        Assert.Equal(GoldenUtterance.Of(Short).Seconds, statistics.Audio.TotalSeconds, 3);
        Assert.InRange(statistics.DecoderTokens, 4 + result.Tokens.Count, 4 + result.Tokens.Count + 2);
        Assert.True(statistics.Total > statistics.Encoder + statistics.Decoder);
        Assert.StartsWith("whisper-base (ONNX Runtime ", recognizer.Name);
    }

    [Fact]
    public async Task Cancelled_requests_leave_the_queue_and_others_are_served()
    {
        await using var recognizer = Open(start: false);
        using var cancellation = new CancellationTokenSource();
        var gone = recognizer.RecognizeAsync(Request(), cancellation.Token).AsTask();
        var stays = recognizer.RecognizeAsync(Request()).AsTask();
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.Equal(1, recognizer.Waiting);
        recognizer.Start();
        Assert.Equal(GoldenUtterance.Of(Short).Tokens, (await stays).Tokens);
        Assert.Equal(1, recognizer.Statistics.Utterances);
    }

    [Fact]
    public async Task Cancelling_while_it_is_decoded_drops_the_result_and_nothing_else()
    {
        await using var recognizer = Open();
        using var cancellation = new CancellationTokenSource();
        var others = Enumerable.Range(0, 3).Select(_ => recognizer.RecognizeAsync(Request()).AsTask()).ToList();
        var gone = recognizer.RecognizeAsync(Request(file: "asr_misc/picovoice_test_fr.flac"), cancellation.Token).AsTask();
        await others[0];
        cancellation.Cancel();
        foreach (var result in await Task.WhenAll(others)) Assert.Equal(GoldenUtterance.Of(Short).Tokens, result.Tokens);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.Equal(GoldenUtterance.Of(Short).Tokens, (await recognizer.RecognizeAsync(Request())).Tokens);
    }

    [Fact]
    public async Task Disposing_cancels_what_waits_and_finishes_what_runs()
    {
        var paused = Open(start: false);
        var waiting = paused.RecognizeAsync(Request()).AsTask();
        await paused.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => paused.RecognizeAsync(Request()).AsTask());

        var running = Open();
        var all = Enumerable.Range(0, 12).Select(_ => running.RecognizeAsync(Request()).AsTask()).ToList();
        await running.DisposeAsync();
        foreach (var task in all) Assert.True(task.IsCompleted);
        await running.DisposeAsync();
    }

    [Fact]
    public async Task Requests_that_cannot_be_served_are_refused_at_once()
    {
        await using var recognizer = Open(start: false);
        Task<Result> Ask(float[] samples, string language = "en") =>
            recognizer.RecognizeAsync(new RecognitionRequest(samples, new LegLanguage(language), RecognitionKind.Final)).AsTask();
        await Assert.ThrowsAsync<ArgumentException>(() => Ask(new float[28 * 16_000 + 1]));
        await Assert.ThrowsAsync<ArgumentException>(() => Ask([0, float.NaN]));
        var unknown = await Assert.ThrowsAsync<BadInputException>(() => Ask(new float[100], "xx"));
        Assert.Contains("xx", unknown.Message);
        Assert.Equal(0, recognizer.Waiting);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(28 * 16_000)]
    public async Task Shortest_and_longest_silence_is_no_speech(int samples)
    {
        await using var recognizer = Open();
        var result = await recognizer.RecognizeAsync(new RecognitionRequest(new float[samples], new LegLanguage("en", "fr"),
            RecognitionKind.Final));
        Assert.False(result.IsSpeech, result.Text);
    }
}
