using SpeechQA.EndToEnd.Stub;
using SpeechQA.Engine.Core;
using static Microsoft.Playwright.Assertions;

namespace SpeechQA.EndToEnd.Page;

/// <summary>What the page tells of a call that has ended.</summary>
[Collection(ChromiumCollection.Name)]
public sealed class FactsTests(Chromium chromium)
{
    private readonly ScriptedCall _call = new("8f3a");

    [SkippableFact]
    public async Task Facts_appear_with_the_end_and_say_what_they_rest_on()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        var facts = live.Page.Locator("#facts");
        live.Feed.Publish(_call.Started(), _call.Final(Party.Agent, 0, 1, "Thank you for calling"));
        await Expect(live.Lines).ToHaveCountAsync(1);
        await Expect(facts).ToBeHiddenAsync();

        live.Feed.Publish(_call.Scored(100), _call.Ended(100));
        foreach (var part in new[] { "customer 63 % · 187 words/min · cut in 2 times, agent 38 % · 178 words/min",
            "by quarter −0.6 – −0.8 +0.7, at the end +0.2",
            "12 s · 12 s of it hold · both spoke 2.5 s", "problem solved yes", "greeting yes", "recording notice no",
                "further help not known", "empathy yes", "call back promised no" })
            await Expect(facts).ToContainTextAsync(part);
        var answers = facts.Locator(".answers li");
        await Expect(answers.First).ToHaveAttributeAsync("title", "01:10 customer “I'll take it”");
        await Expect(answers.Nth(1)).ToHaveAttributeAsync("title", "00:01 agent “Thank you for calling” (by meaning)");
        await Expect(facts.GetByText("12 s of it hold")).ToHaveAttributeAsync("title", "00:32–00:44 music “put you on hold”");
        Assert.Equal(["62.5", "37.5"], await facts.Locator("rect[data-party]")
            .EvaluateAllAsync<string[]>("bars => bars.map(b => b.getAttribute('width'))"));
        await Expect(facts.Locator("rect[data-sign]")).ToHaveCountAsync(4);
        live.AssertNoComplaint();
    }

    [SkippableFact]
    public async Task Warnings_about_the_sound_stand_under_the_head_until_they_are_over()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        var warnings = live.Page.Locator("#call-warnings");
        live.Feed.Publish(_call.Started());
        await Expect(live.Page.Locator("#call-title")).ToBeVisibleAsync();
        await Expect(warnings).ToBeHiddenAsync();
        live.Feed.Publish(_call.Warning(15, 1, "silent-line", "the line is <b>silent</b>"),
            _call.Warning(16, 0, "encrypted-payload", "encrypted"));
        await Expect(warnings.Locator("li")).ToHaveCountAsync(2);
        await Expect(warnings.Locator("li").First).ToHaveTextAsync(" customer the line is <b>silent</b>");
        await Expect(warnings.Locator("li").First).ToHaveAttributeAsync("title", "look at it");
        await Expect(warnings.Locator("svg.icon")).ToHaveCountAsync(2);
        live.Feed.Publish(_call.Warning(17, 1, "silent-line", "the line is <b>silent</b>", over: true));
        await Expect(warnings.Locator("li")).ToHaveCountAsync(1);
        live.AssertNoComplaint();
    }

    [SkippableFact]
    public async Task Another_call_has_its_own_facts_from_its_history()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        var other = new ScriptedCall("77b1", "Tom");
        live.Feed.Publish(other.Started(), other.Scored(80, "<img src=x onerror=alert(1)>"), other.Ended(80), _call.Started());
        await live.Page.Locator("#calls-scroll .row").Filter(new() { HasText = "Tom" }).ClickAsync();
        await Expect(live.Page.Locator("#facts")).ToContainTextAsync("<img src=x");
        Assert.Equal(0, await live.Page.Locator("#facts img").CountAsync());
        await live.Page.Locator("#calls-scroll .row").Filter(new() { HasText = "Mia" }).ClickAsync();
        await Expect(live.Page.Locator("#facts")).ToBeHiddenAsync();
        live.AssertNoComplaint();
    }
}
