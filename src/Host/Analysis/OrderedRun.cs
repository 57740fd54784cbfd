using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace SpeechQA.Host.Analysis;

/// <summary>Works on several items at the same time and answers in their order, each as soon as it is its turn.</summary>
internal static class OrderedRun
{
    /// <summary>Finished results that may wait for a slow one before them, per item at work.</summary>
    private const int WaitingPerItem = 4;

    /// <param name="atOnce">Most items at work at the same time.</param>
    /// <param name="work">Must not throw for what is wrong with one item: an exception ends the run.</param>
    public static async IAsyncEnumerable<TResult> RunAsync<T, TResult>(IEnumerable<T> items, int atOnce,
        Func<T, CancellationToken, Task<TResult>> work, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var room = new SemaphoreSlim(atOnce);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var results = Channel.CreateBounded<Task<TResult>>(atOnce * WaitingPerItem);
        var feeding = Task.Run(FeedAsync, CancellationToken.None);
        try
        {
            await foreach (var result in results.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
                yield return await result.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (results.Reader.TryRead(out var left)) await ((Task)left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task FeedAsync()
        {
            try
            {
                foreach (var item in items)
                {
                    await room.WaitAsync(stop.Token).ConfigureAwait(false);
                    await results.Writer.WriteAsync(InRoomAsync(item), stop.Token).ConfigureAwait(false);
                }
                results.Writer.Complete();
            }
            catch (Exception e)
            {
                results.Writer.Complete(e);
            }
        }

        async Task<TResult> InRoomAsync(T item)
        {
            try
            {
                return await Task.Run(() => work(item, stop.Token), stop.Token).ConfigureAwait(false);
            }
            finally
            {
                room.Release();
            }
        }
    }
}
