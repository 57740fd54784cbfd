using Microsoft.Playwright;
using SpeechQA.EndToEnd.Stub;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.EndToEnd.Page;

/// <summary>Makes the pictures of the documentation. Only when <c>SPEECHQA_SCREENSHOTS</c> names a folder for them.</summary>
[Collection(ChromiumCollection.Name)]
public sealed class ScreenshotTests(Chromium chromium)
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("SPEECHQA_SCREENSHOTS");
    private static readonly string[] Agents = ["Mia", "Tom", "Lena", "Ravi", "Chloé", "Sam", "Inès", "Jonas"];
    private static readonly string[] Queues = ["Support EN", "Sales EN", "Réclamations FR", "Billing EN"];

    [SkippableTheory]
    [InlineData("page-light", 1280, 720, false, 12)]
    [InlineData("page-dark", 1280, 720, true, 12)]
    [InlineData("page-wide", 1920, 1080, true, 12)]
    [InlineData("page-narrow", 420, 900, false, 12)]
    [InlineData("page-busy", 1280, 720, false, 200)]
    [InlineData("page-empty", 1280, 720, false, 0)]
    public async Task Picture(string name, int width, int height, bool dark, int calls)
    {
        Skip.If(Folder is null, "Pictures are made only when SPEECHQA_SCREENSHOTS names a folder for them.");
        await using var live = await LivePage.ConnectAsync(chromium, new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
        });
        if (calls > 0)
            await FillAsync(live, calls);
        await live.Page.ScreenshotAsync(new PageScreenshotOptions
        {
            FullPage = width < 800,
            Path = Path.Combine(Folder!, $"{name}.png"),
            Animations = ScreenshotAnimations.Disabled
        });
    }

    private static async Task FillAsync(LivePage live, int calls)
    {
        var first = new ScriptedCall("8f3a41c0");
        live.Feed.Publish(first.Started(252));
        await Assertions.Expect(live.Rows).ToHaveCountAsync(1);
        var others = Enumerable.Range(0, calls - 1).Select(i =>
            new ScriptedCall($"{0x77b1a000 + i * 7919:x8}", Agents[(i + 1) % 8], Queues[i % 4])).ToList();
        live.Feed.Publish([.. others.Select((call, i) => call.Started(20 + 13 * i % 600))]);
        live.Feed.Publish(
            first.Final(Party.Agent, 0, 0.4,
                "Thank you for calling Northwind, my name is Mia, this call is recorded. How can I help you today?"),
            first.Final(Party.Customer, 0, 7.9, "Hi. My line has been down for three days now and nobody calls me back."),
            first.Final(Party.Agent, 1, 13.2, "I am sorry to hear that. Let me look at your account, one moment please."),
            first.Measured(Severity.Warning, "Talk-over", 17.5, 2.1, 1.5),
            first.Final(Party.Customer, 1, 19.0, "Honestly I have had enough. I want to cancel my contract today."),
            first.Phrase(Severity.Critical, "Cancellation", 21.4, "cancel my contract"),
            first.Final(Party.Agent, 2, 24.5, "I understand. Before we do that, may I see what we can offer you?"),
            first.Partial(Party.Customer, 2, 29.0, "No, I have already spoken to your manager and", "No, I have already spoken to"),
            first.Line(30, "good"),
            others[2].Measured(Severity.Warning, "Agent pace", 44, 3.2, 2.8),
            others[3].Phrase(Severity.Info, "Praise", 12, "you have been really helpful"),
            others[4].Ended(81));
        foreach (var call in others.Where((_, i) => calls > 100 && i % 6 == 0))
            live.Feed.Publish(call.Phrase(Severity.Critical, "Legal threat", 31, "I will call my lawyer"));
        if (calls < 100)
            live.Feed.Publish(others[1].Early(Severity.Critical, "Legal threat", 31, "you will hear from my lawyer"));
        var misheard = others[5].Early(Severity.Warning, "Refund", 8, "my money back");
        live.Feed.Publish(misheard, others[5].Withdrawn(misheard));
        await Assertions.Expect(live.Page.Locator("#why")).ToBeVisibleAsync();
        await Assertions.Expect(live.Lines).ToHaveCountAsync(7);
        live.Feed.SetAlertState(others[2].Id, "agent-pace-1", "acknowledged", "Dana");
        await Assertions.Expect(live.Page.Locator(".card[data-state=acknowledged]")).ToHaveCountAsync(1);
        // The flashing is over, the pictures show what stays.
        await Assertions.Expect(live.Page.Locator(".flash")).ToHaveCountAsync(0);
    }

    [SkippableTheory]
    [InlineData("page-ended", 1280, false)]
    [InlineData("page-ended-narrow", 420, true)]
    public async Task Picture_of_a_call_that_has_ended(string name, int width, bool dark)
    {
        Skip.If(Folder is null, "Pictures are made only when SPEECHQA_SCREENSHOTS names a folder for them.");
        await using var live = await LivePage.ConnectAsync(chromium, new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 720 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
        });
        var call = new ScriptedCall("8f3a41c0");
        live.Feed.Publish(call.Started(120),
            call.Final(Party.Agent, 0, 0.4, "Thank you for calling Northwind, my name is Mia. How can I help you today?"),
            call.Final(Party.Customer, 0, 7.9, "Hi. My line has been down for three days now and nobody calls me back."),
            call.Final(Party.Agent, 1, 13.2, "I am sorry to hear that. May I put you on hold for a moment?"),
            call.Final(Party.Customer, 1, 70.0, "Half of it back, then. All right, I'll take it."),
            call.Scored(101), call.Ended(101));
        await Assertions.Expect(live.Page.Locator("#facts")).ToBeVisibleAsync();
        await live.Page.ScreenshotAsync(new PageScreenshotOptions
        {
            FullPage = width < 800,
            Path = Path.Combine(Folder!, $"{name}.png"),
            Animations = ScreenshotAnimations.Disabled
        });
    }
}
