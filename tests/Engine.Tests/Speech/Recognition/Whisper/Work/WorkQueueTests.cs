using Microsoft.Extensions.Time.Testing;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper.Work;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper.Work;

public sealed class WorkQueueTests
{
    private static RecognitionWork Work(RecognitionKind kind) => new(new RecognitionRequest(new float[16], new LegLanguage("en"), kind));

    [Fact]
    public void Most_urgent_kind_comes_first_and_within_a_kind_the_first()
    {
        var queue = new WorkQueue(TimeProvider.System);
        RecognitionKind[] kinds = [RecognitionKind.File, RecognitionKind.Partial, RecognitionKind.Final, RecognitionKind.Speculative,
            RecognitionKind.Final];
        var works = kinds.Select(Work).ToList();
        foreach (var work in works) Assert.True(queue.TryAdd(work));
        Assert.Equal(5, queue.Count);
        Assert.Equal([works[2], works[3], works[4], works[1], works[0]], Enumerable.Range(0, 5).Select(_ => queue.Wait()!));
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

    private static RecognitionWork At(RecognitionKind kind, double seconds) =>
        new(new RecognitionRequest(new float[16], new LegLanguage("en"), kind)
        {
            Queued = 99,
            Since = (long)(seconds * TimeProvider.System.TimestampFrequency)
        });

    private static RecognitionWork Patient(TimeSpan patience) =>
        new(new RecognitionRequest(new float[16], new LegLanguage("en"), RecognitionKind.Speculative) { Patience = patience });

    [Fact]
    public async Task Patient_requests_wait_for_each_other_until_something_else_is_to_be_done()
    {
        var queue = new WorkQueue(TimeProvider.System);
        var works = new[] { Patient(TimeSpan.FromHours(1)), Patient(TimeSpan.FromHours(1)), Work(RecognitionKind.Final) };
        var idle = Task.Run(queue.Wait);
        foreach (var work in works[..2]) queue.TryAdd(work);
        while (queue.Idle == 0) await Task.Yield();
        Assert.False(idle.IsCompleted);
        queue.TryAdd(works[2]);
        Assert.Same(works[0], await idle);
        Assert.Same(works[1], queue.TakeMore());
        Assert.Same(works[2], queue.TakeMore());
    }

    [Fact]
    public async Task A_patient_request_is_begun_with_when_it_has_waited_long_enough()
    {
        var queue = new WorkQueue(TimeProvider.System);
        var (patient, soon) = (Patient(TimeSpan.FromHours(1)), Patient(TimeSpan.FromMilliseconds(30)));
        queue.TryAdd(patient);
        queue.TryAdd(soon);
        var taken = await Task.Run(queue.Wait);
        Assert.True(soon.Waited >= soon.Patience);
        Assert.Same(patient, taken);
        Assert.Same(soon, queue.TakeMore());
    }

    [Theory]
    [InlineData(RecognitionKind.Partial)]
    [InlineData(RecognitionKind.File)]
    public void Only_what_may_be_final_can_be_patient(RecognitionKind kind)
    {
        var work = new RecognitionWork(new RecognitionRequest(new float[16], new LegLanguage("en"), kind)
        {
            Patience = TimeSpan.FromHours(1),
        });
        Assert.False(work.IsPatient);
        var queue = new WorkQueue(TimeProvider.System);
        queue.TryAdd(work);
        Assert.Same(work, queue.Wait());
    }

    [Fact]
    public async Task Patience_without_end_is_only_ended_by_others()
    {
        var queue = new WorkQueue(TimeProvider.System);
        queue.TryAdd(Patient(TimeSpan.MaxValue));
        var idle = Task.Run(queue.Wait);
        while (queue.Idle == 0) await Task.Yield();
        queue.TryAdd(Work(RecognitionKind.Final));
        Assert.NotNull(await idle);
    }

    [Fact]
    public async Task A_busy_worker_takes_a_patient_request_along_after_two_thirds_of_its_patience()
    {
        var queue = new WorkQueue(TimeProvider.System);
        var (soon, removed, later) = (Patient(TimeSpan.FromSeconds(0.15)), Patient(TimeSpan.Zero), Patient(TimeSpan.FromHours(1)));
        foreach (var work in new[] { later, removed, soon }) queue.TryAdd(work);
        queue.Remove(removed);
        while (soon.Waited < TimeSpan.FromSeconds(0.1)) await Task.Delay(5);
        Assert.Same(soon, queue.TakeMore());
        Assert.Null(queue.TakeMore());
        Assert.Equal(1, queue.Count);
    }

    [Fact]
    public async Task Only_older_speech_joins_what_is_late_and_idle_workers_have_it_first()
    {
        var queue = new WorkQueue(TimeProvider.System);
        var (older, younger) = (At(RecognitionKind.Final, 20), At(RecognitionKind.Speculative, 22));
        queue.TryAdd(younger);
        queue.TryAdd(At(RecognitionKind.Partial, 1));
        Assert.Null(queue.TakeOlder(younger.Since));
        queue.TryAdd(older);
        Assert.Same(older, queue.TakeOlder(younger.Since));
        Assert.Equal(2, queue.Count);

        var resting = new WorkQueue(TimeProvider.System);
        var idle = Task.Run(resting.Wait);
        while (resting.Idle == 0) await Task.Yield();
        resting.TryAdd(older);
        Assert.Same(older, resting.TakeOlder(younger.Since) ?? await idle);
        Assert.Same(older, await idle);
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

    [Fact]
    public void The_oldest_speech_of_live_calls_goes_first_be_it_final_or_likely_so()
    {
        var queue = new WorkQueue(TimeProvider.System);
        var (late, final, early, partial) = (At(RecognitionKind.Speculative, 21.1), At(RecognitionKind.Final, 20),
            At(RecognitionKind.Speculative, 20.9), At(RecognitionKind.Partial, 1));
        // More work on an utterance that was begun long ago.
        var more = new ScoringWork(new ScoreRequest(new float[16], "en", [], RecognitionKind.Final)
        {
            Since = 19 * TimeProvider.System.TimestampFrequency,
        });
        foreach (var work in new QueuedWork[] { partial, late, final, early, more }) queue.TryAdd(work);
        Assert.Equal([more, final, early, late, partial], Enumerable.Range(0, 5).Select(_ => queue.TakeMore()!));
    }

    [Fact]
    public void Recordings_wait_when_only_live_work_is_asked_for()
    {
        var queue = new WorkQueue(TimeProvider.System);
        var (file, partial) = (Work(RecognitionKind.File), Work(RecognitionKind.Partial));
        queue.TryAdd(file);
        Assert.Null(queue.TakeMore(RecognitionKind.Partial));
        queue.TryAdd(partial);
        Assert.Same(partial, queue.TakeMore(RecognitionKind.Partial));
        Assert.Same(file, queue.TakeMore());
    }

    [Fact]
    public void Live_calls_are_known_for_ten_seconds_after_their_last_request()
    {
        var time = new FakeTimeProvider();
        var queue = new WorkQueue(time);
        queue.TryAdd(Work(RecognitionKind.File));
        Assert.False(queue.HasLiveCalls);
        queue.TryAdd(Work(RecognitionKind.Partial));
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.True(queue.HasLiveCalls);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(queue.HasLiveCalls);
    }

    /// <summary>Whatever was added is taken, taken back, or given back at the end; once.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Nothing_is_lost(int seed)
    {
        var random = new Random(seed);
        var queue = new WorkQueue(TimeProvider.System);
        var (waiting, ended) = (new List<QueuedWork>(), 0);
        for (var i = 0; i < 3000; i++)
        {
            switch (random.Next(5))
            {
                case < 3:
                    waiting.Add(new RecognitionWork(new RecognitionRequest(new float[16], new LegLanguage("en"),
                        (RecognitionKind)random.Next(4))
                    {
                        Queued = random.NextInt64(1L << 40),
                        Patience = random.Next(3) == 0 ? TimeSpan.MaxValue : TimeSpan.Zero,
                    }));
                    Assert.True(queue.TryAdd(waiting[^1]));
                    break;
                case 3 when waiting.Count > 0:
                    var gone = waiting[random.Next(waiting.Count)];
                    queue.Remove(gone);
                    waiting.Remove(gone);
                    ended++;
                    break;
                default:
                    if (queue.TakeMore(random.Next(2) == 0 ? RecognitionKind.File : RecognitionKind.Partial) is not { } taken) break;
                    Assert.True(waiting.Remove(taken));
                    ended++;
                    break;
            }
            Assert.Equal(waiting.Count, queue.Count);
            Assert.Equal(waiting.Count(w => w.Kind != RecognitionKind.File), queue.LiveCount);
        }
        Assert.True(ended > 500);
        Assert.Equal(waiting.ToHashSet(), queue.Close().ToHashSet());
    }

    [Theory]
    [InlineData(0, 6, 8, false, true)]
    [InlineData(0, 7, 8, false, false)] // the last place is left to a live call
    [InlineData(0, 3, 8, true, true)]
    [InlineData(0, 4, 8, true, false)]
    [InlineData(1, 0, 8, true, false)]
    [InlineData(0, 0, 1, true, true)]
    [InlineData(0, 1, 2, true, false)]
    public void Places_of_recordings_in_a_batch(int live, int files, int most, bool liveCalls, bool may) =>
        Assert.Equal(may, RecordingQuota.MayJoin(live, files, most, liveCalls));
}
