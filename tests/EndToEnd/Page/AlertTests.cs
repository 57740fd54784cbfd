using Microsoft.Playwright;
using SpeechQA.EndToEnd.Stub;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using static Microsoft.Playwright.Assertions;

namespace SpeechQA.EndToEnd.Page;

/// <summary>An alert on the page: red and flashing when critical, clear without colour or motion, handled by mouse and keyboard.</summary>
[Collection(ChromiumCollection.Name)]
public sealed class AlertTests(Chromium chromium)
{
    private const string NoteFlashes = """
        () => {
          globalThis.flashes = [];
          document.addEventListener('animationstart', ({ target }) => {
            const style = getComputedStyle(target);
            flashes.push(`${target.className}: ${style.animationName} ${style.animationDuration} ${style.animationIterationCount}`);
          });
        }
        """;

    private const string Animation = "node => getComputedStyle(node).animationName";

    private readonly ScriptedCall _call = new("8f3a");

    [SkippableFact]
    public async Task A_critical_alert_is_red_with_icon_and_word_and_flashes_twice_a_second_for_three_seconds()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        await live.Page.EvaluateAsync(NoteFlashes);
        live.Feed.Publish(_call.Started(), _call.Phrase(Severity.Critical, "Cancellation", 4, "cancel my contract"));

        var card = live.Cards.First;
        await Expect(card).ToContainTextAsync("Cancellation");
        await live.Page.WaitForFunctionAsync("flashes.length === 2");
        Assert.Equal(["card flash: flash 0.5s 6", "row flash: flash 0.5s 6"],
            await live.Page.EvaluateAsync<string[]>("flashes.toSorted()"));
        await Expect(card).ToContainTextAsync("\"cancel my contract\"");
        await Expect(card.Locator(".tag")).ToHaveTextAsync("critical");
        await Expect(card.Locator("use")).ToHaveAttributeAsync("href", "#icon-critical");
        await Expect(card).ToContainTextAsync("Mia · Support EN · 00:04");
        await Expect(live.Rows.First.Locator(".row-counts")).ToHaveTextAsync("1 critical");

        await Expect(live.Page.Locator(".flash")).ToHaveCountAsync(0);
        await Expect(card).ToHaveCSSAsync("background-color", "rgb(192, 11, 30)");
        await Expect(live.Rows.First).ToHaveCSSAsync("background-color", "rgb(192, 11, 30)");
        await Expect(live.Page).ToHaveTitleAsync("(1) SpeechQA");
        await Expect(live.Page.Locator("#icon")).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("^data:image/svg"));
        await Expect(live.Page.Locator("#announce")).ToContainTextAsync("Critical alert: Cancellation");
        live.AssertNoComplaint();
    }

    [SkippableFact]
    public async Task A_warning_neither_flashes_nor_turns_red()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        live.Feed.Publish(_call.Started(), _call.Measured(Severity.Warning, "Talk-over", 4, 2.1, 1.5));
        await Expect(live.Cards.First.Locator(".tag")).ToHaveTextAsync("warning");
        Assert.Equal("none", await live.Cards.First.EvaluateAsync<string>(Animation));
        await Expect(live.Page).ToHaveTitleAsync("SpeechQA");
        await Expect(live.Page.Locator("#announce")).ToBeEmptyAsync();
        await Expect(live.Page.Locator("#why")).ToContainTextAsync("2.1 s (limit 1.5 s)");
    }

    [SkippableFact]
    public async Task An_early_alert_counts_at_once_says_that_it_is_not_confirmed_and_becomes_whole_with_the_final()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        var early = _call.Early(Severity.Critical, "Cancellation", 4, "cancel my contract");
        live.Feed.Publish(_call.Started(), _call.Partial(Party.Customer, 0, 4, "cancel my contract and"), early);
        var card = live.Cards.First;
        await Expect(card.Locator(".tag")).ToHaveTextAsync("critical, unconfirmed");
        await Expect(card).ToHaveAttributeAsync("data-pending", "true");
        await Expect(card).ToHaveCSSAsync("border-left-style", "dotted");
        await Expect(live.Rows.First.Locator(".row-counts")).ToHaveTextAsync("1 critical");
        await Expect(live.Page.Locator("#announce")).ToContainTextAsync("Critical alert: Cancellation");
        await Expect(live.Page.Locator("#why")).ToContainTextAsync("not yet confirmed");
        await Expect(live.Page.Locator(".flash")).ToHaveCountAsync(0);

        await live.Page.EvaluateAsync(NoteFlashes);
        live.Feed.Publish(_call.Final(Party.Customer, 0, 4, "cancel my contracts and leave"),
            _call.Confirmed(early, "cancel my contracts"));
        await Expect(card.Locator(".tag")).ToHaveTextAsync("critical");
        await Expect(card).ToHaveAttributeAsync("data-pending", "false");
        await Expect(card).ToContainTextAsync("\"cancel my contracts\"");
        await Expect(live.Page.Locator("#why")).ToContainTextAsync("confirmed by the final text");
        await Expect(live.Cards).ToHaveCountAsync(1);
        await Expect(live.Rows.First.Locator(".row-counts")).ToHaveTextAsync("1 critical");
        Assert.Equal(0, await live.Page.EvaluateAsync<int>("flashes.length"));
        live.AssertNoComplaint();
    }

    [SkippableFact]
    public async Task A_withdrawn_alert_is_struck_through_needs_nobody_and_marks_no_words()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        var early = _call.Early(Severity.Critical, "Cancellation", 4, "cancel my contract");
        live.Feed.Publish(_call.Started(), _call.Partial(Party.Customer, 0, 4, "cancel my contract and"), early);
        await Expect(live.Page).ToHaveTitleAsync("(1) SpeechQA");
        await Expect(live.Page.Locator("mark")).ToHaveTextAsync("cancel my contract");

        live.Feed.Publish(_call.Final(Party.Customer, 0, 4, "counsel my contact and"), _call.Withdrawn(early));
        var card = live.Cards.First;
        await Expect(card).ToHaveAttributeAsync("data-state", "withdrawn");
        await Expect(card.Locator(".tag")).ToHaveTextAsync("withdrawn · Mia");
        await Expect(card.Locator(".card-summary")).ToHaveCSSAsync("text-decoration-line", "line-through");
        await Expect(live.Page.Locator("#why")).ToContainTextAsync("withdrawn: the final text does not hold it");
        await Expect(live.Page.Locator("#open-count")).ToHaveTextAsync("0");
        await Expect(live.Rows.First.Locator(".row-counts")).ToBeEmptyAsync();
        await Expect(live.Page).ToHaveTitleAsync("SpeechQA");
        await Expect(live.Page.Locator("mark")).ToHaveCountAsync(0);
        live.AssertNoComplaint();
    }

    [SkippableFact]
    public async Task A_page_that_comes_later_sees_what_became_of_early_alerts()
    {
        var early = _call.Early(Severity.Critical, "Cancellation", 4, "cancel my contract");
        var wrong = _call.Early(Severity.Warning, "Refund", 8, "my money back");
        await using var live = await LivePage.ConnectAsync(chromium, before: server =>
            server.Feed.Publish(_call.Started(), early, wrong, _call.Withdrawn(wrong)));
        await Expect(live.Cards.First.Locator(".tag")).ToHaveTextAsync("critical, unconfirmed");
        await Expect(live.Cards.Last).ToHaveAttributeAsync("data-state", "withdrawn");
        await Expect(live.Rows.First.Locator(".row-counts")).ToHaveTextAsync("1 critical");
    }

    [SkippableFact]
    public async Task Reduced_motion_has_no_animation_but_a_thick_border()
    {
        await using var live = await LivePage.ConnectAsync(chromium, new BrowserNewContextOptions { ReducedMotion = ReducedMotion.Reduce });
        live.Feed.Publish(_call.Started(), _call.Phrase(Severity.Critical, "Cancellation", 4, "cancel my contract"));
        var card = live.Cards.First;
        await Expect(card).ToBeVisibleAsync();
        Assert.Equal("none", await card.EvaluateAsync<string>(Animation));
        Assert.Equal(0, await live.Page.EvaluateAsync<int>("document.getAnimations().length"));
        Assert.True(await card.EvaluateAsync<double>("node => parseFloat(getComputedStyle(node).borderTopWidth)") >= 5);
        await Expect(card.Locator(".tag")).ToHaveTextAsync("critical");
    }

    [SkippableFact]
    public async Task The_keyboard_walks_opens_acknowledges_marks_and_reopens()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        var other = new ScriptedCall("77b1", "Tom");
        live.Feed.Publish(_call.Started(), other.Started(), other.Final(Party.Customer, 0, 3, "I will call my lawyer now"));
        live.Feed.Publish(_call.Phrase(Severity.Critical, "Cancellation", 4, "cancel my contract"));
        live.Feed.Publish(other.Phrase(Severity.Critical, "Legal threat", 3, "I will call my lawyer"));
        await Expect(live.Cards).ToHaveCountAsync(2);
        var threat = live.Cards.Filter(new LocatorFilterOptions { HasText = "Legal threat" });
        var cancellation = live.Cards.Filter(new LocatorFilterOptions { HasText = "Cancellation" });

        await live.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(threat).ToBeFocusedAsync();
        await live.Page.Keyboard.PressAsync("Enter");
        await Expect(live.Page.Locator("#call-title")).ToHaveTextAsync("Call 77b1");
        await Expect(live.Page.Locator("mark")).ToHaveTextAsync("I will call my lawyer");
        await Expect(threat).ToHaveAttributeAsync("aria-current", "true");

        await live.Page.Keyboard.PressAsync("a");
        await Expect(threat).ToHaveAttributeAsync("data-state", "acknowledged");
        await Expect(threat.Locator(".tag")).ToHaveTextAsync("acknowledged by you · Tom");
        await Expect(live.Page.Locator("#status")).ToContainTextAsync("Acknowledged");
        await Expect(live.Page).ToHaveTitleAsync("(1) SpeechQA");

        await live.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(cancellation).ToBeFocusedAsync();
        await live.Page.Keyboard.PressAsync("w");
        await Expect(cancellation).ToHaveAttributeAsync("data-state", "wrong");
        await Expect(live.Page.Locator("#open-count")).ToHaveTextAsync("0");
        await Expect(live.Rows.First.Locator(".row-counts")).ToBeEmptyAsync();
        await live.Page.Keyboard.PressAsync("o");
        await Expect(cancellation).ToHaveAttributeAsync("data-state", "open");
        await Expect(live.Page.Locator("#open-count")).ToHaveTextAsync("1");
        live.AssertNoComplaint();
    }

    [SkippableFact]
    public async Task Buttons_acknowledge_and_keys_rest_while_somebody_types()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        live.Feed.Publish(_call.Started(), _call.Phrase(Severity.Critical, "Cancellation", 4, "cancel my contract"));
        await Expect(live.Cards).ToHaveCountAsync(1);
        await live.Page.Keyboard.PressAsync("/");
        await live.Page.Keyboard.TypeAsync("a");
        await Expect(live.Page.Locator("#filter")).ToHaveValueAsync("a");
        await live.Page.Keyboard.TypeAsync("nobody");
        await Expect(live.Cards).ToHaveCountAsync(0);
        await Expect(live.Page.Locator("#alerts-hint")).ToHaveTextAsync("1 open alert hidden by the filter");
        await live.Page.Keyboard.PressAsync("Escape");
        await Expect(live.Cards.First).ToHaveAttributeAsync("data-state", "open");

        await Expect(live.Page.Locator(".flash")).ToHaveCountAsync(0);
        await live.Cards.First.GetByText("ack").ClickAsync();
        await Expect(live.Cards.First).ToHaveAttributeAsync("data-state", "acknowledged");
    }

    [SkippableFact]
    public async Task The_question_mark_shows_the_keys_and_letters_can_be_switched_off()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        live.Feed.Publish(_call.Started(), _call.Phrase(Severity.Critical, "Cancellation", 4, "cancel my contract"));
        await Expect(live.Cards).ToHaveCountAsync(1);
        await live.Page.Keyboard.PressAsync("?");
        await Expect(live.Page.Locator("#keys-dialog")).ToContainTextAsync("acknowledge the alert");
        await live.Page.Locator("#letters").UncheckAsync();
        await live.Page.Keyboard.PressAsync("Escape");
        await Expect(live.Page.Locator("#keys-dialog")).ToBeHiddenAsync();

        await live.Page.Keyboard.PressAsync("s");
        await live.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(live.Cards.First).ToBeFocusedAsync();
        await Expect(live.Page.Locator("#sound")).ToHaveTextAsync("sound off");
        await live.Page.Locator("#sound").ClickAsync();
        await Expect(live.Page.Locator("#sound")).ToHaveAttributeAsync("aria-pressed", "true");
        live.AssertNoComplaint();
    }

    [SkippableFact]
    public async Task The_explanation_names_rule_version_words_line_and_every_stage()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        live.Feed.Publish(_call.Started(), _call.Line(2, "good"), _call.Phrase(Severity.Critical, "Cancellation", 4, "cancel my contract"));
        var why = live.Page.Locator("#why");
        foreach (var part in new[] { "cancellation", "version 1f2e3d4c", "cancel my contract", "exact words",
            "pattern “cancel (my|the) contract”", "93 % sure",
            "customer good (loss 0.4 %, jitter 6.2 ms)", "captured → published 0.43 s", "voiced 32 ms", "queued 210 ms", "inferred 418 ms",
                "matched 421 ms" })
            await Expect(why).ToContainTextAsync(part);
    }
}
