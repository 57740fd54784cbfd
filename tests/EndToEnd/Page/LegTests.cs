using SpeechQA.EndToEnd.Stub;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using static Microsoft.Playwright.Assertions;

namespace SpeechQA.EndToEnd.Page;

/// <summary>A call of two legs of the same party: the page keeps them apart and numbers them.</summary>
[Collection(ChromiumCollection.Name)]
public sealed class LegTests(Chromium chromium)
{
    private readonly ScriptedCall _call = new("8f3a") { Parties = [Party.Unknown, Party.Unknown] };

    [SkippableFact]
    public async Task Lines_of_two_unknown_legs_stand_side_by_side()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        live.Feed.Publish(_call.Started(), On(0, _call.Final(Party.Unknown, 0, 1, "hello how can I help")),
            On(1, _call.Final(Party.Unknown, 0, 3, "I want to cancel my contract")),
                _call.Partial(Party.Unknown, 1, 6, "I am sorry") with { Leg = 0 });
        await Expect(live.Lines).ToHaveCountAsync(3);
        await Expect(live.Lines.Nth(0)).ToContainTextAsync("speaker 1");
        await Expect(live.Lines.Nth(0)).ToContainTextAsync("hello how can I help");
        await Expect(live.Lines.Nth(1)).ToContainTextAsync("speaker 2");
        await Expect(live.Lines.Nth(2)).ToContainTextAsync("speaker 1");
        // A final of one leg does not end a line of the other.
        live.Feed.Publish(On(1, _call.Final(Party.Unknown, 2, 8, "good")));
        await Expect(live.Lines).ToHaveCountAsync(4);
        live.AssertNoComplaint();
    }

    [SkippableFact]
    public async Task The_words_of_an_alert_are_marked_on_its_leg_alone()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        live.Feed.Publish(_call.Started(), On(0, _call.Final(Party.Unknown, 0, 1, "cancel my contract")),
            On(1, _call.Final(Party.Unknown, 0, 1, "cancel my contract")),
            _call.Phrase(Severity.Critical, "Cancellation", 1, "cancel my contract"));
        await Expect(live.Page.Locator("mark")).ToHaveCountAsync(1);
        await Expect(live.Lines.Filter(new() { HasText = "speaker 2" }).Locator("mark")).ToHaveTextAsync("cancel my contract");
        await Expect(live.Page.Locator("#why")).ToContainTextAsync("speaker 2");
    }

    [SkippableFact]
    public async Task Each_leg_has_its_own_line_quality()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        live.Feed.Publish(_call.Started(), _call.Line(2, "poor") with { Leg = 0, Party = Party.Unknown },
            _call.Line(2, "good") with { Leg = 1, Party = Party.Unknown },
            _call.Phrase(Severity.Critical, "Cancellation", 4, "cancel my contract"));
        await Expect(live.Page.Locator("#call-facts .line-rating")).ToHaveAttributeAsync("data-rating", "poor");
        await Expect(live.Page.Locator("#why")).ToContainTextAsync("speaker 1 poor (loss 0.4 %, jitter 6.2 ms); speaker 2 good");
    }

    [SkippableFact]
    public async Task Facts_name_the_legs_apart()
    {
        await using var live = await LivePage.ConnectAsync(chromium);
        var scored = _call.Scored(100);
        live.Feed.Publish(_call.Started(), scored with
        {
            Facts = scored.Facts with { Parties = [.. scored.Facts.Parties.Select(p => p with { Party = Party.Unknown })] }
        }, _call.Ended(100));
        await Expect(live.Page.Locator("#facts")).ToContainTextAsync("speaker 2 63 % · 187 words/min · cut in 2 times, speaker 1 38 %");
        await Expect(live.Page.Locator("#facts")).ToContainTextAsync("speaker 2's words");
    }

    private static TranscriptFinal On(int leg, TranscriptFinal final) => final with { Leg = leg };
}
