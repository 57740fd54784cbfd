using SpeechQA.EndToEnd.Stub;
using SpeechQA.Engine.Conversation;
using static Microsoft.Playwright.Assertions;

namespace SpeechQA.EndToEnd.Page;

/// <summary>The lists under load: rows live on, the order rests while somebody points, the document stays small.</summary>
[Collection(ChromiumCollection.Name)]
public sealed class ListTests(Chromium chromium)
{
    [SkippableFact]
    public async Task The_worst_call_comes_first_but_never_under_the_pointer()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        var (quiet, bad) = (new ScriptedCall("aaaa", "Mia"), new ScriptedCall("bbbb", "Tom"));
        live.Feed.Publish(quiet.Started(60), bad.Started(30));
        await Expect(live.Rows.First).ToContainTextAsync("aaaa");

        await live.Rows.First.HoverAsync();
        live.Feed.Publish(bad.Phrase(Severity.Critical, "Legal threat", 3, "my lawyer"));
        await Expect(live.Rows.Last).ToContainTextAsync("1 critical");
        await Expect(live.Rows.First).ToContainTextAsync("aaaa");

        await live.Page.Locator("h1").HoverAsync();
        await Expect(live.Rows.First).ToContainTextAsync("bbbb");
    }

    [SkippableFact]
    public async Task Two_hundred_calls_and_a_flood_of_alerts_are_updated_in_place_and_capped()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        var calls = Enumerable.Range(0, 200).Select(i => new ScriptedCall($"call-{i:000}")).ToList();
        live.Feed.Publish([.. calls.Select(call => call.Started())]);
        await Expect(live.Rows).ToHaveCountAsync(200);
        await live.Page.EvaluateAsync("for (const row of document.querySelectorAll('#calls .row')) row.mark = true");
        for (var round = 0; round < 50; round++)
            live.Feed.Publish([.. calls.Skip(round % 20 * 10).Take(10)
                .Select(call => call.Measured(Severity.Warning, "Talk-over", 9 + round, 2.1, 1.5))]);
        await Expect(live.Page.Locator("#open-count")).ToHaveTextAsync("500");
        await Expect(live.Cards).ToHaveCountAsync(300);
        await Expect(live.Page.Locator("#alerts-hint")).ToContainTextAsync("200 older not shown");
        Assert.Equal(200,
            await live.Page.EvaluateAsync<int>("[...document.querySelectorAll('#calls .row')].filter((row) => row.mark).length"));
        live.AssertNoComplaint();
    }

    [SkippableFact]
    public async Task An_ended_call_stays_a_while_and_folds_away()
    {
        await using var live = await LivePage.OpenAsync(chromium);
        await live.Page.Clock.InstallAsync();
        await live.Page.ReloadAsync();
        var call = new ScriptedCall("aaaa");
        await Expect(live.Page.Locator("#lag")).ToHaveTextAsync("0.4 s");
        live.Feed.Publish(call.Started(), call.Ended(81));
        await Expect(live.Rows.First).ToContainTextAsync("ended");
        await Expect(live.Rows.First).ToContainTextAsync("01:21");
        await live.Page.Clock.RunForAsync(130_000);
        await Expect(live.Rows).ToHaveCountAsync(0);
        await Expect(live.Page.Locator("#ended-title")).ToHaveTextAsync("1 ended call");
        await live.Page.Locator("#ended-title").ClickAsync();
        await Expect(live.Page.Locator("#ended-calls .row")).ToContainTextAsync("aaaa");
    }

    [SkippableFact]
    public async Task The_empty_page_teaches_how_to_send_a_call()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        await Expect(live.Page.Locator("#send-own")).ToHaveTextAsync($"speechqa send PATH --to {live.Server.Address}");
        await Expect(live.Page.Locator("#send-sample"))
            .ToContainTextAsync("dotnet run -c Release --project src/Host -- send samples/audio/");
        await live.Page.Locator("[data-copy=send-own]").ClickAsync();
        live.Feed.Publish(new ScriptedCall("aaaa").Started());
        await Expect(live.Page.Locator("#welcome")).ToBeHiddenAsync();
        live.AssertNoComplaint();
    }
}
