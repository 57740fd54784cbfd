using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.WhisperNet.Tests;

/// <summary>Workers, order, cancellation, and the end.</summary>
[Collection(WhisperNetCollection.Name)]
public sealed class WhisperNetRecognizerTests(WhisperNetFixture whisper)
{
    private const string Long = "asr_misc/libri_7902-96591-0000.flac";
    private const string Short = "asterisk_en/call-forwarding.flac";

    [SkippableFact]
    public async Task Several_at_once_have_the_text_that_each_has_alone()
    {
        string[] clips = [Long, Short, "asterisk_en/agent-incorrect.flac", "asterisk_en/agent-alreadyon.flac"];
        var alone = new List<Recognition>();
        foreach (var clip in clips) alone.Add(await whisper.Recognizer.RecognizeAsync(await WhisperNetFixture.RequestAsync(clip, "en")));
        var requests = await Task.WhenAll(clips.Concat(clips).Select(c => WhisperNetFixture.RequestAsync(c, "en")));
        var together = await Task.WhenAll(requests.Select(r => whisper.Recognizer.RecognizeAsync(r).AsTask()));
        Assert.Equal(alone.Concat(alone).Select(r => r.Text), together.Select(r => r.Text));
        Assert.Equal(alone[0].Words, together[0].Words);
        Assert.Equal(alone[0].Words, together[4].Words);
    }

    [SkippableFact]
    public async Task Cancelling_takes_out_what_waits_and_breaks_off_what_runs()
    {
        _ = whisper.Recognizer;
        await using var recognizer = new WhisperNetRecognizer(whisper.Model, 1);
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var running = recognizer.RecognizeAsync(
            await WhisperNetFixture.RequestAsync(Long, "en") with { Begun = begun.SetResult }, first.Token).AsTask();
        var waits = recognizer.RecognizeAsync(
            await WhisperNetFixture.RequestAsync(Long, "en") with { Begun = () => Assert.Fail("it was taken out") }, second.Token).AsTask();
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        var next = await recognizer.RecognizeAsync(await WhisperNetFixture.RequestAsync(Short, "en"));
        Assert.NotEmpty(next.Words);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await recognizer.RecognizeAsync(await WhisperNetFixture.RequestAsync(Short, "en"), new CancellationToken(canceled: true)));
    }

    [SkippableFact]
    public async Task Finals_overtake_partials_and_recordings()
    {
        _ = whisper.Recognizer;
        await using var recognizer = new WhisperNetRecognizer(whisper.Model, 1);
        var order = new List<RecognitionKind>();
        var begun = new TaskCompletionSource();
        var running = recognizer.RecognizeAsync(await WhisperNetFixture.RequestAsync(Long, "en") with { Begun = begun.SetResult }).AsTask();
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(1));
        var waiting = new List<Task<Recognition>>();
        foreach (var kind in new[] { RecognitionKind.File, RecognitionKind.Partial, RecognitionKind.Final })
            waiting.Add(recognizer.RecognizeAsync(
                await WhisperNetFixture.RequestAsync(Short, "en", kind) with { Begun = () => order.Add(kind) }).AsTask());
        Assert.Equal((2.0, true), (recognizer.Backlog, recognizer.IsBusy));
        await Task.WhenAll([running, .. waiting]);
        Assert.Equal([RecognitionKind.Final, RecognitionKind.Partial, RecognitionKind.File], order);
    }

    [SkippableFact]
    public async Task Disposing_finishes_what_runs_and_cancels_what_waits()
    {
        _ = whisper.Recognizer;
        var recognizer = new WhisperNetRecognizer(whisper.Model, 1);
        var begun = new TaskCompletionSource();
        var running = recognizer.RecognizeAsync(
            await WhisperNetFixture.RequestAsync(Short, "en") with { Begun = begun.SetResult }).AsTask();
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(1));
        var waits = recognizer.RecognizeAsync(await WhisperNetFixture.RequestAsync(Short, "en")).AsTask();
        await recognizer.DisposeAsync();
        Assert.NotEmpty((await running).Words);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
            await recognizer.RecognizeAsync(await WhisperNetFixture.RequestAsync(Short, "en")));
    }

    [SkippableFact]
    public async Task What_it_is_and_what_it_cannot_do_is_told()
    {
        Assert.Equal("ggml-base (Whisper.net 1.9.1)", whisper.Recognizer.Name);
        Assert.Equal((2, false), (whisper.Recognizer.Workers, ((ISpeechRecognizer)whisper.Recognizer).CanScore));
        Assert.Superset(new HashSet<string> { "en", "fr", "de" }, whisper.Recognizer.Languages.ToHashSet());
        var error = await Assert.ThrowsAsync<BadInputException>(async () =>
            await whisper.Recognizer.RecognizeAsync(await WhisperNetFixture.RequestAsync(Short, "xx")));
        Assert.Contains("language xx", error.Message);
    }
}
