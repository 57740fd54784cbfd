using SpeechQA.EndToEnd.Stub;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using static Microsoft.Playwright.Assertions;

namespace SpeechQA.EndToEnd.Page;

/// <summary>
/// The transcript of the chosen call: text as text, finals in place of partials, evidence marked, a scroll that does not jump.
/// </summary>
[Collection(ChromiumCollection.Name)]
public sealed class TranscriptTests(Chromium chromium)
{
    private const string Hostile = "<img src=x onerror=\"document.title='owned'\"> <script>document.title='owned'</script> &amp; \u202e";

    private readonly ScriptedCall _call = new("8f3a");

    [SkippableFact]
    public async Task Hostile_text_stays_text_everywhere()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        var hostile = new ScriptedCall("<b>1", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>");
        live.Feed.Publish(hostile.Started(), hostile.Partial(Party.Agent, 0, 0, Hostile), hostile.Final(Party.Customer, 0, 1, Hostile),
            hostile.Phrase(Severity.Warning, "<img src=x onerror=alert(1)>", 1, Hostile));
        await Expect(live.Lines).ToHaveCountAsync(2);
        await Expect(live.Lines.Last).ToContainTextAsync("<img src=x onerror=");
        await Expect(live.Cards.First).ToContainTextAsync("<script>");
        await Expect(live.Page.Locator("#why")).ToContainTextAsync("<script>");
        Assert.Equal(0, await live.Page.Locator("body img, body script, #calls b").CountAsync());
        await Expect(live.Page).ToHaveTitleAsync("SpeechQA");
        live.AssertNoComplaint();
    }

    [SkippableFact]
    public async Task A_final_replaces_its_partial_in_place()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        live.Feed.Publish(_call.Started(), _call.Partial(Party.Customer, 0, 1, "I want to"));
        await Expect(live.Lines).ToHaveCountAsync(1);
        await Expect(live.Lines.First).ToHaveAttributeAsync("data-final", "false");
        await live.Lines.First.EvaluateAsync("node => { node.mark = 'the same element'; }");
        live.Feed.Publish(_call.Partial(Party.Customer, 0, 1, "I want to cancel"),
            _call.Final(Party.Customer, 0, 1, "I want to cancel my contract"));
        await Expect(live.Lines.First).ToContainTextAsync("I want to cancel my contract");
        await Expect(live.Lines.First).ToHaveAttributeAsync("data-final", "true");
        Assert.Equal("the same element", await live.Lines.First.EvaluateAsync<string>("node => node.mark"));
        await Expect(live.Lines).ToHaveCountAsync(1);
    }

    [SkippableFact]
    public async Task Words_that_may_still_change_look_otherwise_than_those_that_stay()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        live.Feed.Publish(_call.Started(), _call.Partial(Party.Customer, 0, 1, "I want to cancel my counter", "I want to"),
            _call.Early(Severity.Critical, "Cancellation", 1.6, "to cancel my"));
        var text = live.Lines.First.Locator(".line-text");
        await Expect(text.Locator(".tail")).ToHaveTextAsync(" cancel my counter");
        await Expect(text.Locator(".tail")).ToHaveCSSAsync("font-style", "italic");
        await Expect(text).ToHaveCSSAsync("font-style", "normal");
        // Marked across the border between the two.
        await Expect(text.Locator("mark")).ToHaveTextAsync(["to", " cancel my"]);
        live.Feed.Publish(_call.Final(Party.Customer, 0, 1, "I want to cancel my contract"));
        await Expect(text.Locator(".tail")).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task The_words_of_an_alert_are_marked_by_their_times()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        // "cancel" is said twice; only the one with the evidence's times is marked.
        live.Feed.Publish(_call.Started(), _call.Final(Party.Customer, 0, 1, "cancel nothing but cancel my contract. Please"),
            _call.Phrase(Severity.Critical, "Cancellation", 1.9, "cancel my contract."));
        await Expect(live.Page.Locator("mark")).ToHaveTextAsync("cancel my contract.");
        await Expect(live.Lines.First.Locator(".line-text")).ToHaveTextAsync("cancel nothing but cancel my contract. Please");
        live.Feed.Publish(_call.Measured(Severity.Warning, "Talk-over", 9, 2.1, 1.5));
        await Expect(live.Page.Locator(".line.marker")).ToContainTextAsync("warning: Talk-over, both spoke for 2.1 s");
    }

    [SkippableFact]
    public async Task The_scroll_sticks_to_the_end_only_if_it_was_there()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        live.Feed.Publish([_call.Started(), .. Enumerable.Range(0, 60)
            .Select(i => _call.Final(Party.Agent, i, 5 * i, $"line number {i}"))]);
        await Expect(live.Lines).ToHaveCountAsync(60);
        Assert.True(await AtEndAsync(live));

        await live.Page.EvaluateAsync("document.getElementById('transcript').scrollTop = 100");
        live.Feed.Publish(_call.Final(Party.Agent, 60, 400, "said while reading above"));
        await Expect(live.Lines).ToHaveCountAsync(61);
        Assert.Equal(100, await live.Page.EvaluateAsync<int>("document.getElementById('transcript').scrollTop"));

        await live.Page.Locator("#to-end").ClickAsync();
        await Expect(live.Page.Locator("#to-end")).ToBeHiddenAsync();
        live.Feed.Publish(_call.Final(Party.Agent, 61, 410, "said while at the end"));
        await Expect(live.Lines).ToHaveCountAsync(62);
        Assert.True(await AtEndAsync(live));
    }

    [SkippableFact]
    public async Task Another_call_brings_its_history_and_what_comes_then()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        var other = new ScriptedCall("77b1", "Tom");
        live.Feed.Publish(_call.Started(), _call.Final(Party.Agent, 0, 1, "the first call"));
        await Expect(live.Lines).ToHaveTextAsync([new System.Text.RegularExpressions.Regex("the first call")]);
        live.Feed.Publish(other.Started(), other.Final(Party.Agent, 0, 1, "said before anybody looked"));
        await live.Rows.Filter(new() { HasText = "Tom" }).ClickAsync();
        await Expect(live.Lines).ToHaveTextAsync([new System.Text.RegularExpressions.Regex("said before anybody looked")]);
        live.Feed.Publish(other.Final(Party.Customer, 0, 4, "said now"), _call.Final(Party.Agent, 1, 5, "not of this call"));
        await Expect(live.Lines).ToHaveCountAsync(2);
        await Expect(live.Page.Locator("#lines")).Not.ToContainTextAsync("not of this call");
    }

    [SkippableFact]
    public async Task A_long_history_comes_in_pages()
    {
        await using var live = await LivePage.ConnectAsync(chromium, before: server => server.PageSize = 7);
        var other = new ScriptedCall("77b1", "Tom");
        live.Feed.Publish([_call.Started(), other.Started(), .. Enumerable.Range(0, 30)
            .Select(i => other.Final(Party.Agent, i, 5 * i, $"line number {i}"))]);
        await live.Rows.Filter(new() { HasText = "Tom" }).ClickAsync();
        await Expect(live.Lines).ToHaveCountAsync(30);
    }

    private static Task<bool> AtEndAsync(LivePage live) => live.Page.EvaluateAsync<bool>(
        "(() => { const box = document.getElementById('transcript'); return box.scrollHeight - box.scrollTop - box.clientHeight < 2; })()");
}
