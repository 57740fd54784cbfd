using SpeechQA.Host.Analysis;

namespace SpeechQA.Host.Tests.Analysis;

public sealed class OrderedRunTests
{
    [Fact]
    public async Task AnswersInOrderAndNeverWorksOnMoreThanAllowed()
    {
        var (working, most) = (0, 0);
        var gates = Enumerable.Range(0, 20).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .ToArray();
        // Each item but the first of a pair opens the one before it: results come in another order than the items.
        var results = new List<int>();
        await foreach (var result in OrderedRun.RunAsync(Enumerable.Range(0, 20), 2, async (i, _) =>
        {
            var now = Interlocked.Increment(ref working);
            InterlockedMax(ref most, now);
            if (i % 2 == 0) await gates[i].Task;
            else gates[i - 1].SetResult();
            Interlocked.Decrement(ref working);
            return i;
        })) results.Add(result);
        Assert.Equal(Enumerable.Range(0, 20), results);
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task AnExceptionEndsTheRunAfterTheResultsBeforeIt()
    {
        var results = new List<int>();
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var r in OrderedRun.RunAsync(Enumerable.Range(0, 5), 2, (i, _) => i == 3
                ? throw new InvalidOperationException()
                : Task.FromResult(i))) results.Add(r);
        });
        Assert.Equal([0, 1, 2], results);
    }

    [Fact]
    public async Task CancellingStopsWhatIsAtWork()
    {
        using var cancel = new CancellationTokenSource();
        var stopped = new TaskCompletionSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in OrderedRun.RunAsync([0], 1, async (i, stop) =>
            {
                await cancel.CancelAsync();
                try
                {
                    await Task.Delay(Timeout.Infinite, stop);
                }
                finally
                {
                    // A callback of the token could be taken back before it has run.
                    stopped.SetResult();
                }
                return i;
            }, cancel.Token))
            {
            }
        });
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
