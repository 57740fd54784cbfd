using Microsoft.Extensions.Logging;
using SpeechQA.Engine;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Live;
using SpeechQA.Host.Tests.Fakes;

namespace SpeechQA.Host.Tests.Live;

public sealed class LiveBoardTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private SpeechEngine _engine = null!;
    private LiveBoard _board = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _engine = _server.Setup.Engine;
        _board = new LiveBoard(_engine);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public void Calls_alerts_and_lines_are_as_the_feed_says()
    {
        Started("a");
        Publish(n => new AlertRaised("a", n, 4.5, Alert("cancellation-1", Severity.Critical), null));
        Publish(n => new AlertRaised("a", n, 5, Alert("talk-over-2", Severity.Warning), null));
        Publish(n => new LineQuality("a", n, 6, Party.Agent, new LineFacts(0, 2, 0, null) { Rating = "good" }) { Leg = 0 });
        Publish(n => new LineQuality("a", n, 6, Party.Customer, new LineFacts(3, 2, 0, null) { Rating = "fair" }) { Leg = 1 });
        var (sequence, calls, alerts) = _board.Read();
        Assert.Equal(_engine.Feed.Last, sequence);
        var call = Assert.Single(calls);
        Assert.Equal(("live", "fair", 1, 1, 6.0), (call.State, call.Line, call.CriticalOpen, call.WarningOpen, call.DurationSeconds));
        Assert.Equal(2, alerts.Count);
        Assert.Equal(call.Started.AddSeconds(5), alerts[0].Raised);

        Publish(n => new AlertStateChanged("a", n, 6, "cancellation-1", AlertState.Acknowledged, null));
        Publish(n => new CallEnded("a", n, 7, "completed"));
        Assert.Equal(("ended", 0, 1, 7.0), Facts(_board.Find("a")!));
        Assert.Contains(_board.Read().Alerts, a => a.State == AlertState.Acknowledged);
    }

    [Fact]
    public void Warnings_about_the_sound_are_shown_until_they_are_over()
    {
        Started("a");
        Publish(n => Warning(n, 0, "silent-line"));
        Publish(n => Warning(n, 1, "silent-line"));
        Publish(n => Warning(n, 1, "noise-only"));
        Publish(n => Warning(n, 0, "silent-line") with { Over = true });
        Assert.Equal([(1, "silent-line"), (1, "noise-only")], _board.Find("a")!.Warnings.Select(w => (w.Leg!.Value, w.Kind)));
    }

    [Fact]
    public void The_line_of_a_call_is_its_worst_leg_also_when_both_legs_are_of_the_same_party()
    {
        Started("a");
        Publish(n => new LineQuality("a", n, 3, Party.Unknown, new LineFacts(9, 2, 0, null) { Rating = "poor" }) { Leg = 0 });
        Publish(n => new LineQuality("a", n, 3, Party.Unknown, new LineFacts(0, 2, 0, null) { Rating = "good" }) { Leg = 1 });
        Assert.Equal("poor", _board.Find("a")!.Line);
    }

    [Fact]
    public async Task An_event_that_cannot_be_applied_is_left_out_logged_and_counted_and_the_board_goes_on()
    {
        using var failures = new Failures("board");
        var log = new Lines();
        var board = new LiveBoard(_engine, new Logger<LiveBoard>(log));
        using var over = new CancellationTokenSource();
        var following = board.RunAsync(over.Token);
        Started("a");
        Publish(n => new AlertRaised("a", n, 4, null!, null));
        Publish(n => new CallEnded("a", n, 7, "completed"));
        var (sequence, calls, _) = board.Read();
        Assert.Equal(_engine.Feed.Last, sequence);
        Assert.Equal("ended", Assert.Single(calls).State);
        Assert.Contains(log.Said, line => line.StartsWith("Work in the background failed (board)", StringComparison.Ordinal));
        Assert.NotEqual(0, failures.Count);
        await over.CancelAsync();
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.False(following.IsFaulted);
    }

    [Fact]
    public void An_early_alert_counts_until_it_is_withdrawn()
    {
        Started("a");
        Publish(n => new AlertRaised("a", n, 4.5, Alert("cancellation-1", Severity.Critical), null) { Early = true });
        Publish(n => new AlertRaised("a", n, 5, Alert("refund-2", Severity.Critical), null) { Early = true });
        Assert.All(_board.Read().Alerts, a => Assert.True(a.Pending));
        Assert.Equal(2, _board.Find("a")!.CriticalOpen);
        Publish(n => new AlertConfirmed("a", n, 6, "cancellation-1",
            Alert("cancellation-1", Severity.Critical) with { Summary = "as in the final" }, null));
        Publish(n => new AlertWithdrawn("a", n, 6, "refund-2", "why"));
        var alerts = _board.Read().Alerts.ToDictionary(a => a.Alert.Id);
        Assert.Equal((false, false, "as in the final"), (alerts["cancellation-1"].Pending, alerts["cancellation-1"].Withdrawn,
            alerts["cancellation-1"].Alert.Summary));
        Assert.Equal((false, true, "why"), (alerts["refund-2"].Pending, alerts["refund-2"].Withdrawn, alerts["refund-2"].Reason));
        Assert.Equal(1, _board.Find("a")!.CriticalOpen);
    }

    [Fact]
    public async Task Old_ended_calls_go_first_and_those_with_open_alerts_last_from_the_board_and_the_registry_alike()
    {
        var first = await EndedAsync(null);
        var open = await EndedAsync(Alert("legal-threat-1", Severity.Critical));
        for (var i = 0; i < CallRegistry.EndedLimit + 4; i++) await EndedAsync(null);
        await UntilAsync(() => _engine.Calls.All.Count() == CallRegistry.EndedLimit);
        var (_, calls, alerts) = _board.Read();
        Assert.Equal(_engine.Calls.All.Select(c => c.Id).Order(), calls.Select(c => c.Id).Order());
        Assert.Null(_board.Find(first.Id));
        // Whoever sees the alert can still say what was done about it; then its call goes like any other.
        Assert.Equal(open.Id, Assert.Single(alerts).Call);
        Assert.True(await _engine.Calls.Find(open.Id)!.SetAlertStateAsync("legal-threat-1", AlertState.Acknowledged, "mia"));
        Assert.Equal((AlertState.Acknowledged, "mia"), _board.Read().Alerts.Select(a => (a.State, a.By)).Single());
        await EndedAsync(null);
        await UntilAsync(() => _engine.Calls.Find(open.Id) is null);
        Assert.Empty(_board.Read().Alerts);
    }

    private async Task<Call> EndedAsync(AlertInfo? alert)
    {
        var (call, _) = _engine.Open(new CallOptions { Legs = [new(Party.Agent)] });
        if (alert is not null)
        {
            var raised = new AlertRaised(call.Id, 2, 0, alert, null);
            call.Log.Add(raised);
            _engine.Feed.Publish(raised);
        }
        call.End("over");
        await call.Completion;
        return call;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TestServer.Patience);
        while (!condition()) await Task.Delay(20, patience.Token);
    }

    [Fact]
    public void When_the_ring_has_gone_round_the_board_starts_again_from_the_calls()
    {
        var (call, _) = _engine.Open(new CallOptions { Legs = [new(Party.Agent)] });
        Assert.Equal("live", _board.Find(call.Id)!.State);
        for (var i = 0; i < 20_000; i++)
            _engine.Feed.Publish(new TranscriptPartial("other", i + 1, 0, Party.Agent, 0, 0, 1, "x") { Leg = 1 });
        Assert.Equal("live", _board.Find(call.Id)!.State);
        Assert.Equal(_engine.Feed.Last, _board.Read().Sequence);
    }

    private long _number;

    private void Started(string id)
    {
        _number = 0;
        Publish(n => new CallStarted(id, n, 0, new CallDescription(null, "Mia", "Support", "auto", [Party.Agent, Party.Customer],
            DateTimeOffset.UnixEpoch)));
    }

    private void Publish(Func<long, CallEvent> e) => _engine.Feed.Publish(e(++_number));

    private static LineWarning Warning(long n, int leg, string kind) =>
        new("a", n, 15, leg, Party.Agent, kind, 0, null) { Cause = "c", Remedy = "r" };

    private static AlertInfo Alert(string id, Severity severity) =>
        new(id, id[..^2], "00000000", id, severity, Party.Customer, 4, 5, "words", []);

    private static (string, int, int, double) Facts(CallSummary call) =>
        (call.State, call.CriticalOpen, call.WarningOpen, call.DurationSeconds);
}
