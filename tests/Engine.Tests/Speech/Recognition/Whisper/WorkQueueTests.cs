using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper;

public sealed class WorkQueueTests
{
    private static RecognitionWork Work(RecognitionKind kind) => new(new RecognitionRequest(new float[16], new LegLanguage("en"), kind));

    [Fact]
    public void Most_urgent_kind_comes_first_and_within_a_kind_the_first()
    {
        var queue = new WorkQueue(TimeProvider.System);
        RecognitionKind[] kinds = [RecognitionKind.File, RecognitionKind.Partial, RecognitionKind.Final, RecognitionKind.Speculative, RecognitionKind.Final];
        var works = kinds.Select(Work).ToList();
        foreach (var work in works) Assert.True(queue.TryAdd(work));
        Assert.Equal(5, queue.Count);
        Assert.Equal([works[3], works[2], works[4], works[1], works[0]], Enumerable.Range(0, 5).Select(_ => queue.Wait()!));
        Assert.Null(queue.TakeMore());
    }

    [Fact]
    public void Removed_work_is_never_taken()
    {
        var queue = new WorkQueue(TimeProvider.System);
        var (gone, stays) = (Work(RecognitionKind.Final), Work(RecognitionKind.Final));
        queue.TryAdd(gone);
        queue.TryAdd(stays);
        queue.Remove(gone);
        queue.Remove(gone);
        Assert.Equal(1, queue.Count);
        Assert.Same(stays, queue.TakeMore());
    }

    [Fact]
    public async Task Busy_workers_leave_work_to_idle_ones()
    {
        var queue = new WorkQueue(TimeProvider.System);
        var idle = Task.Run(queue.Wait);
        while (queue.Idle == 0) await Task.Yield();
        var (first, second) = (Work(RecognitionKind.Final), Work(RecognitionKind.Final));
        queue.TryAdd(first);
        Assert.Same(first, queue.TakeMore() ?? await idle);
        Assert.Same(first, await idle);
        queue.TryAdd(second);
        Assert.Same(second, queue.TakeMore());
    }

    [Fact]
    public async Task Closing_gives_back_what_waits_and_ends_the_waiting()
    {
        var queue = new WorkQueue(TimeProvider.System);
        var left = Work(RecognitionKind.Partial);
        queue.TryAdd(left);
        Assert.Equal([left], queue.Close());
        Assert.Null(await Task.Run(queue.Wait));
        Assert.False(queue.TryAdd(Work(RecognitionKind.Final)));
    }
}
