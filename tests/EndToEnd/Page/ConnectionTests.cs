using System.Text.RegularExpressions;
using SpeechQA.EndToEnd.Stub;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using static Microsoft.Playwright.Assertions;

namespace SpeechQA.EndToEnd.Page;

/// <summary>A lost connection shows itself and comes back without loss or double; tokens are asked for.</summary>
[Collection(ChromiumCollection.Name)]
public sealed class ConnectionTests(Chromium chromium)
{
    private readonly ScriptedCall _call = new("8f3a");

    [SkippableFact]
    public async Task A_dropped_connection_resumes_without_loss_or_double()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        live.Feed.Publish(_call.Started(), _call.Final(Party.Agent, 0, 1, "Thank you for calling"));
        await Expect(live.Lines).ToHaveCountAsync(1);
        live.Feed.Publish(_call.Phrase(Severity.Critical, "Cancellation", 4, "cancel my contract"));
        await Expect(live.Cards).ToHaveCountAsync(1);

        live.Server.Vanish();
        await Expect(live.Connection).ToHaveTextAsync(new Regex("^reconnecting, \\d+ s$"));
        live.Feed.Publish(
            _call.Final(Party.Customer, 0, 5, "while you were away"),
            _call.Phrase(Severity.Critical, "Legal threat", 8, "call my lawyer"),
            _call.Line(9, "poor"));
        live.Server.Return();

        await Expect(live.Connection).ToHaveTextAsync("resumed, 3 events caught up");
        await Expect(live.Cards).ToHaveCountAsync(2);
        await Expect(live.Lines).ToHaveTextAsync([new Regex("Thank you for calling"), new Regex("while you were away")]);
        await Expect(live.Rows.First.Locator(".row-counts")).ToHaveTextAsync("2 critical");
        await Expect(live.Page.Locator("#call-facts")).ToContainTextAsync("line poor");
        Assert.Equal(2, live.Feed.Followed);

        live.Feed.Publish(_call.Final(Party.Agent, 1, 10, "and on it goes"));
        await Expect(live.Lines).ToHaveCountAsync(3);
        await Expect(live.Connection).ToHaveTextAsync("live");
    }

    [SkippableFact]
    public async Task Away_for_longer_than_the_ring_the_lists_are_loaded_afresh()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        live.Feed.Publish(_call.Started(), _call.Final(Party.Agent, 0, 1, "Thank you for calling"));
        await Expect(live.Lines).ToHaveCountAsync(1);
        live.Server.Vanish();
        live.Feed.Publish(_call.Final(Party.Customer, 0, 5, "while you were away"),
            _call.Phrase(Severity.Critical, "Legal threat", 8, "call my lawyer"));
        live.Feed.RingStart = 4;
        live.Server.Return();
        await Expect(live.Connection).ToHaveTextAsync("reconnected, lists loaded afresh");
        await Expect(live.Cards).ToHaveCountAsync(1);
        await Expect(live.Lines).ToHaveCountAsync(2);
        await Expect(live.Page.Locator("#announce")).ToContainTextAsync("Legal threat");
    }

    [SkippableFact]
    public async Task A_restarted_server_starts_the_page_afresh()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        live.Feed.Publish(_call.Started(), _call.Phrase(Severity.Critical, "Cancellation", 4, "cancel my contract"));
        await Expect(live.Cards).ToHaveCountAsync(1);
        live.Feed.Restart();
        await Expect(live.Connection).ToHaveTextAsync("server restarted, starting afresh");
        await Expect(live.Cards).ToHaveCountAsync(0);
        await Expect(live.Page.Locator("#welcome")).ToBeVisibleAsync();
        await Expect(live.Page.Locator("#welcome-title")).ToHaveTextAsync("No call yet");
        live.Feed.Publish(new ScriptedCall("aaaa").Started());
        await Expect(live.Rows).ToHaveCountAsync(1);
    }

    [SkippableFact]
    public async Task What_happened_before_the_page_was_opened_is_there()
    {
        await using var live = await LivePage.ConnectAsync(chromium, before: server => server.Feed.Publish(
            _call.Started(), _call.Final(Party.Agent, 0, 1, "Thank you for calling"),
                _call.Phrase(Severity.Critical, "Cancellation", 4, "cancel my contract")));
        await Expect(live.Cards).ToHaveCountAsync(1);
        await Expect(live.Lines).ToHaveCountAsync(1);
        await Expect(live.Page.Locator(".flash")).ToHaveCountAsync(0);
        live.AssertNoComplaint();
    }

    [SkippableFact]
    public async Task A_server_with_a_token_asks_for_it_until_it_is_right()
    {
        await using var live = await LivePage.OpenAsync(chromium, before: server =>
        {
            server.Token = "s3cret";
            server.Feed.Publish(_call.Started(), _call.Final(Party.Agent, 0, 1, "Thank you for calling"));
        });
        var dialog = live.Page.Locator("#token-dialog");
        await Expect(dialog).ToContainTextAsync("asks for its API token");
        await live.Page.Locator("#token").FillAsync("wrong");
        await live.Page.Keyboard.PressAsync("Enter");
        await Expect(dialog).ToContainTextAsync("refused this token");
        await live.Page.Locator("#token").FillAsync("s3cret");
        await live.Page.Keyboard.PressAsync("Enter");
        await Expect(live.Connection).ToHaveTextAsync("live");
        await Expect(dialog).ToBeHiddenAsync();
        await Expect(live.Lines).ToHaveCountAsync(1);
        Assert.Equal("s3cret", await live.Page.EvaluateAsync<string>("sessionStorage.getItem('speechqa.token')"));
    }

    [SkippableFact]
    public async Task An_action_without_connection_says_that_it_was_not_saved()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        live.Feed.Publish(_call.Started(), _call.Phrase(Severity.Critical, "Cancellation", 4, "cancel my contract"));
        await Expect(live.Cards).ToHaveCountAsync(1);
        live.Server.Vanish();
        await Expect(live.Connection).ToContainTextAsync("reconnecting");
        await live.Page.Keyboard.PressAsync("a");
        await Expect(live.Page.Locator("#status")).ToHaveTextAsync("Not saved (not connected). Please try again.");
        await Expect(live.Cards.First).ToHaveAttributeAsync("data-state", "open");
    }
}
