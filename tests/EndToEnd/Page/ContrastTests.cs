using System.Text.Json;
using Microsoft.Playwright;
using SpeechQA.EndToEnd.Stub;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using static Microsoft.Playwright.Assertions;

namespace SpeechQA.EndToEnd.Page;

/// <summary>
/// Every text on the page has 4.5:1 against what is behind it (WCAG 2.2, 1.4.3), in light and dark and in both phases of the flash.
/// </summary>
[Collection(ChromiumCollection.Name)]
public sealed class ContrastTests(Chromium chromium)
{
    /// <summary>The texts below 4.5:1. Relative luminance as in WCAG 2.2; the ground is the nearest opaque background above.</summary>
    private const string TooFaint = """
        () => {
          const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
          const luminance = (colour) => channels(colour).slice(0, 3).map((v) => v / 255)
            .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = (node) => {
            for (; node; node = node.parentElement) {
              const colour = getComputedStyle(node).backgroundColor;
              if ((channels(colour)[3] ?? 1) === 1) return colour;
            }
            return 'rgb(255, 255, 255)';
          };
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const seen = [];
          while (texts.nextNode()) {
            const node = texts.currentNode.parentElement;
            if (texts.currentNode.data.trim() === '' || !node.checkVisibility() || node.closest('.unseen')) continue;
            const [light, dark] = [luminance(getComputedStyle(node).color), luminance(ground(node))].sort((a, b) => b - a);
            seen.push({ text: texts.currentNode.data.trim(), ratio: (light + 0.05) / (dark + 0.05) });
          }
          const faint = seen.filter(({ ratio }) => ratio < 4.5).map(({ text, ratio }) => `${text}: ${ratio.toFixed(2)}`);
          return JSON.stringify({ count: seen.length, faint });
        }
        """;

    [SkippableTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_text_can_be_read(ColorScheme scheme)
    {
        await using var live = await LivePage.ConnectAsync(chromium, new BrowserNewContextOptions { ColorScheme = scheme });
        await AssertReadableAsync(live, 15);
        var (call, other) = (new ScriptedCall("8f3a"), new ScriptedCall("77b1", "Tom"));
        live.Feed.Publish(call.Started(), other.Started(), call.Line(1, "poor"),
            call.Final(Party.Agent, 0, 1, "Thank you for calling"), call.Final(Party.Customer, 0, 3, "cancel my contract please"),
            call.Partial(Party.Customer, 1, 6, "still being spoken"), call.Measured(Severity.Warning, "Talk-over", 9, 2.1, 1.5),
            call.Phrase(Severity.Warning, "Refund", 3.9, "please"), call.Measured(Severity.Critical, "Hold", 14, 8, 8),
            other.Phrase(Severity.Info, "Praise", 3, "so helpful"), other.Measured(Severity.Warning, "Agent pace", 4, 3, 2),
            call.Phrase(Severity.Critical, "Cancellation", 3, "cancel my contract"));
        live.Feed.SetAlertState("77b1", "praise-1", "acknowledged", "Dana");
        await Expect(live.Lines).ToHaveCountAsync(5);
        await Expect(live.Page.Locator("mark")).ToHaveCountAsync(2);
        await Expect(live.Page.Locator("[data-state=acknowledged]")).ToBeVisibleAsync();
        await Expect(live.Page.Locator("#why")).ToBeVisibleAsync();

        await Expect(live.Page.Locator(".flash")).ToHaveCountAsync(0);
        await AssertReadableAsync(live, 55);
        await live.Page.EvaluateAsync("for (const each of document.querySelectorAll('.card[data-severity=critical], "
            + ".row[data-level=critical]')) each.classList.add('flash')");
        foreach (var phase in new[] { 100, 300 })
        {
            Assert.NotEqual(0, await live.Page.EvaluateAsync<int>(
                "(at) => document.getAnimations().map((flash) => { flash.pause(); flash.currentTime = at; }).length", phase));
            await AssertReadableAsync(live, 55);
        }

        live.Server.Vanish();
        await Expect(live.Connection).ToContainTextAsync("reconnecting");
        await live.Page.Keyboard.PressAsync("?");
        await AssertReadableAsync(live, 75);
    }

    private static async Task AssertReadableAsync(LivePage live, int atLeast)
    {
        using var found = JsonDocument.Parse(await live.Page.EvaluateAsync<string>(TooFaint));
        Assert.True(found.RootElement.GetProperty("count").GetInt32() >= atLeast,
            $"only {found.RootElement.GetProperty("count")} texts were seen");
        Assert.Empty(found.RootElement.GetProperty("faint").EnumerateArray().Select(text => text.GetString()));
    }
}
