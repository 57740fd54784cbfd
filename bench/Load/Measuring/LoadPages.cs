using SpeechQA.Bench.Load.Calls;

namespace SpeechQA.Bench.Load.Measuring;

/// <summary>
/// The pages of a run: alerts come to all and are taken from the first; each watches one call at a time, and takes up the
/// next that opens when that is over, so texts are a sample of the calls'.
/// </summary>
internal sealed class LoadPages : IAsyncDisposable
{
    private readonly List<LoadPage> _pages = [];
    private readonly List<SlowPage> _slow = [];
    private readonly SemaphoreSlim _one = new(1, 1);

    public int Overtaken => _pages.Sum(p => p.Overtaken);
    public int Lost => _pages.Count(p => p.Lost);

    public static async Task<LoadPages> OpenAsync(LoadOptions options, Uri server, LoadMeasures measures, CancellationToken cancellation)
    {
        var pages = new LoadPages();
        try
        {
            for (var i = 0; i < options.Pages; i++)
            {
                var first = i == 0;
                pages._pages.Add(await LoadPage.OpenAsync(server, options.Token, (e, received) =>
                    measures.Take(e, received, first), cancellation).ConfigureAwait(false));
            }
            for (var i = 0; i < options.SlowPages; i++)
                pages._slow.Add(await SlowPage.OpenAsync(server, options.Token, cancellation).ConfigureAwait(false));
            return pages;
        }
        catch
        {
            await pages.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A call has opened: the first page that watches none watches it.</summary>
    public async Task OpenedAsync(LoadCall call)
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_pages.Find(p => !p.Lost && p.Watched is null or { IsOver: true }) is { } free)
                await free.WatchAsync(call).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or OperationCanceledException)
        {
            // The connection broke: Lost tells of it.
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var page in _pages) await page.DisposeAsync().ConfigureAwait(false);
        foreach (var page in _slow) await page.DisposeAsync().ConfigureAwait(false);
        _one.Dispose();
    }
}
