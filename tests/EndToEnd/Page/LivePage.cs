using Microsoft.Playwright;
using SpeechQA.EndToEnd.Stub;

namespace SpeechQA.EndToEnd.Page;

/// <summary>The page in a fresh browser context before a stub server of its own; collects what the browser complains of.</summary>
public sealed class LivePage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];

    private LivePage(StubServer server, IBrowserContext context, IPage page) => (Server, _context, Page) = (server, context, page);

    public StubServer Server { get; }
    public StubFeed Feed => Server.Feed;
    public IPage Page { get; }

    public ILocator Cards => Page.Locator("#alerts .card");
    public ILocator Rows => Page.Locator("#calls .row");
    public ILocator Lines => Page.Locator("#lines .line");
    public ILocator Connection => Page.Locator("#connection-text");

    public static async Task<LivePage> OpenAsync(Chromium chromium, BrowserNewContextOptions? options = null,
        Action<StubServer>? before = null)
    {
        var browser = chromium.Browser;
        var server = await StubServer.StartAsync();
        before?.Invoke(server);
        options ??= new BrowserNewContextOptions();
        options.ViewportSize ??= new ViewportSize { Width = 1280, Height = 720 };
        var context = await browser.NewContextAsync(options);
        var page = await context.NewPageAsync();
        var live = new LivePage(server, context, page);
        page.Console += (_, message) => live.Complain(message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => live.Complain(true, error);
        await page.AddInitScriptAsync("addEventListener('securitypolicyviolation', (e) => console.error('CSP ' + e.violatedDirective + ' ' "
            + "+ e.blockedURI))");
        await page.GotoAsync(server.Address);
        return live;
    }

    /// <summary>Opens the page and waits until it is connected.</summary>
    public static async Task<LivePage> ConnectAsync(Chromium chromium, BrowserNewContextOptions? options = null,
        Action<StubServer>? before = null)
    {
        var live = await OpenAsync(chromium, options, before);
        await Assertions.Expect(live.Connection).ToHaveTextAsync("live");
        return live;
    }

    /// <summary>Fails on any console error, uncaught exception or violation of the Content-Security-Policy so far.</summary>
    public void AssertNoComplaint()
    {
        lock (_complaints)
            Assert.Empty(_complaints);
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        await Server.DisposeAsync();
    }

    private void Complain(bool counts, string text)
    {
        if (!counts)
            return;
        lock (_complaints)
            _complaints.Add(text);
    }
}
