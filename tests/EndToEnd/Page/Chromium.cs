using Microsoft.Playwright;

namespace SpeechQA.EndToEnd.Page;

/// <summary>One browser for all tests of the page: the system's Chromium, found by <c>CHROMIUM_PATH</c> or in the usual places.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] UsualPlaces =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public static string? Executable { get; } =
        new[] { Environment.GetEnvironmentVariable("CHROMIUM_PATH") }.Concat(UsualPlaces).FirstOrDefault(File.Exists);

    /// <summary>The browser; where there is none the calling test is skipped with the reason.</summary>
    public IBrowser Browser
    {
        get
        {
            Skip.If(Executable is null, "No Chromium found: install Debian's package chromium, or set CHROMIUM_PATH to the program.");
            return _browser!;
        }
    }

    public async Task InitializeAsync()
    {
        if (Executable is null)
            return;
        Assertions.SetDefaultExpectTimeout(60_000); // How long to wait for what must come, on a busy machine.
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Executable,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync"],
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class ChromiumCollection : ICollectionFixture<Chromium>
{
    public const string Name = "Chromium";
}
