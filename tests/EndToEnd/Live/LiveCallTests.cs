using Microsoft.Playwright;
using SpeechQA.EndToEnd.Page;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Host.Sending;

namespace SpeechQA.EndToEnd.Live;

/// <summary>The whole way: a recording as RTP in real time, real models, default rules, alerts in the call and on a page.</summary>
[Collection(ChromiumCollection.Name)]
public sealed class LiveCallTests(RealServer server, Chromium chromium) : IClassFixture<RealServer>
{
    /// <summary>Talk-over, a complaint, a supervisor wanted, a cancellation.</summary>
    private static Excerpt Angry() => Excerpt.Of("fr-01-mobile-resiliation.wav", 40, 72);

    [Fact]
    public async Task The_same_audio_as_L16_RTP_in_real_time_ends_with_the_same_alerts()
    {
        using var excerpt = Angry();
        var expected = await server.AnalyzeAsync(excerpt.Path, "fr");
        var live = await server.SendAsync(excerpt.Path, new OutgoingOptions { Codec = RtpCodec.L16, Language = "fr" });

        // By rule and time: in which order a live call raises alerts of the same moment hangs on how soon a partial comes.
        var alerts = InOrder(live.Alerts.Select(a => (a.Rule, a.Party, AudioTime.Seconds(a.Start))));
        expected = InOrder(expected);
        Assert.Contains(expected, a => a.Rule == "cancellation");
        Assert.Equal(expected.Select(a => (a.Rule, a.Party)), alerts.Select(a => (a.Rule, a.Party)));
        Assert.All(expected.Zip(alerts), pair => Assert.InRange(Math.Abs(pair.First.Start - pair.Second.Start), 0, 0.1));
        // Every alert of a live call explains when it passed its stages.
        var clocks = live.Log.After(0).OfType<AlertRaised>().Select(a => a.Clock).ToList();
        Assert.All(clocks, clock => Assert.True(clock is { PublishedMs: >= 0 } && clock.MatchedMs <= clock.PublishedMs));
    }

    private static List<(string Rule, Party Party, double Start)> InOrder(IEnumerable<(string Rule, Party Party, double Start)> alerts) =>
        [.. alerts.OrderBy(a => a.Rule, StringComparer.Ordinal).ThenBy(a => a.Start)];

    [SkippableFact]
    public async Task An_alert_of_a_real_call_flashes_on_the_page_with_its_evidence()
    {
        var page = await chromium.Browser.NewPageAsync();
        await page.GotoAsync(server.Address.ToString());
        await Assertions.Expect(page.Locator("#connection-text")).ToHaveTextAsync("live");

        using var excerpt = Angry();
        var sending = server.SendAsync(excerpt.Path, new OutgoingOptions { Language = "fr", Agent = "Mia", Queue = "Support" });
        var card = page.Locator("#alerts .card", new() { HasText = "responsable" }).Filter(new() { HasText = "Mia" }).First;
        await Assertions.Expect(card).ToBeVisibleAsync(new() { Timeout = 90_000 });
        await Assertions.Expect(card).ToContainTextAsync("critical");
        await Assertions.Expect(page.Locator("#lines")).ToContainTextAsync("responsable");
        await sending;
        await page.CloseAsync();
    }
}
