using System.Text.Json;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Tests.Fakes;

namespace SpeechQA.Engine.Tests.Calls;

/// <summary>The way from audio to events with the real voice activity and a recogniser that needs no model.</summary>
public sealed class CallTests(VoiceModel model) : IClassFixture<VoiceModel>
{
    private const string Sample = "en-05-utility-move.wav";

    private async Task<(Call Call, FakeRules Rules, FakeRecognizer Recognizer)> FollowAsync(bool live, Func<int, Task>? delay = null,
        CallOptions? options = null)
    {
        var rules = new FakeRules();
        var recognizer = new FakeRecognizer(delay);
        var engine = new SpeechEngine(model.Model, recognizer, _ => rules, ["en", "fr"]);
        var (call, _) = engine.Open(options ?? new CallOptions { Live = live, Legs = [new(Party.Agent), new(Party.Customer)] });
        await using var recording = await Recordings.OpenAsync(Repository.Path("samples", "audio", Sample), default);
        await RecordingPlayer.PlayAsync(recording, call, [0, 1]);
        await call.Completion.WaitAsync(TimeSpan.FromSeconds(60));
        return (call, rules, recognizer);
    }

    [Fact]
    public async Task A_recording_and_a_live_call_end_with_the_same_utterances_and_alerts_however_slow_the_recogniser_is()
    {
        var (file, fileRules, fileRecognizer) = await FollowAsync(live: false);
        var random = new Random(7);
        var delays = Enumerable.Range(0, 200).Select(_ => random.Next(0, 40)).ToArray();
        var (live, liveRules, liveRecognizer) = await FollowAsync(live: true, n => Task.Delay(delays[n]));
        Assert.InRange(file.Utterances.Count, 15, 20);
        Assert.Equal(file.Utterances.Select(Content), live.Utterances.Select(Content));
        Assert.Equal(file.Alerts.Select(a => (a.Rule, a.Party, a.Start, a.End)),
            live.Alerts.Select(a => (a.Rule, a.Party, a.Start, a.End)));
        Assert.Equal(fileRules.Merged.Select(Key), liveRules.Merged.Select(Key));
        Assert.Equal(JsonSerializer.Serialize(file.Facts), JsonSerializer.Serialize(live.Facts));
        // A recording is decoded once; a live call also where speech went on after a pause.
        Assert.Equal(file.Utterances.Count, fileRecognizer.Requests.Count);
        Assert.True(liveRecognizer.Requests.Count > fileRecognizer.Requests.Count);
    }

    [Fact]
    public async Task Events_are_numbered_without_holes_from_start_to_end()
    {
        var (call, _, _) = await FollowAsync(live: false);
        var events = call.Log.After(0);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
        Assert.IsType<CallStarted>(events[0]);
        Assert.IsType<CallEnded>(events[^1]);
        Assert.Equal(100.28, events[^1].Time, 2);
        var scored = Assert.IsType<CallScored>(events[^2]);
        Assert.Same(call.Facts, scored.Facts);
        Assert.Equal(100.28, scored.Facts.DurationSeconds, 2);
        Assert.InRange(scored.Facts.Silence.Seconds, 9.5, 11); // a hold of 10.3 s
        Assert.Equal(events.Skip(5), call.Log.After(5));
    }

    [Fact]
    public async Task The_merged_order_is_the_order_of_decisions()
    {
        var (_, rules, _) = await FollowAsync(live: false);
        Assert.Equal(rules.Merged.OrderBy(e => e.Decided).ThenBy(e => e.Leg).Select(Key), rules.Merged.Select(Key));
        Assert.Equal(2, rules.Merged.Count(e => e is LegEnded));
    }

    [Fact]
    public async Task A_recogniser_that_fails_loses_its_utterances_and_nothing_else()
    {
        var (call, rules, _) = await FollowAsync(live: false, n => n % 2 == 0
            ? Task.CompletedTask
            : Task.FromException(new InvalidOperationException("broken")));
        Assert.NotEmpty(call.Utterances);
        Assert.NotEmpty(rules.Merged.OfType<NotSpeech>());
        Assert.IsType<CallEnded>(call.Log.After(0)[^1]);
    }

    [Fact]
    public void The_callers_own_id_opens_one_call()
    {
        var engine = new SpeechEngine(model.Model, new FakeRecognizer(), _ => new FakeRules(), ["en"]);
        var options = new CallOptions { ExternalId = "x-1", Legs = [new(Party.Customer)] };
        var (first, created) = engine.Open(options);
        var (second, again) = engine.Open(options);
        Assert.True(created);
        Assert.False(again);
        Assert.Same(first, second);
        first.End("test");
    }

    [Fact]
    public void A_language_that_is_not_configured_is_named()
    {
        var engine = new SpeechEngine(model.Model, new FakeRecognizer(), _ => new FakeRules(), ["en", "fr"]);
        var e = Assert.Throws<BadInputException>(() => engine.Open(new CallOptions { Language = "de", Legs = [new(Party.Customer)] }));
        Assert.Contains("'de'", e.Message);
        Assert.Contains("en, fr", e.Message);
    }

    private static (int, long, long, string, long) Content(Utterance u) => (u.Leg, u.Start, u.End, u.Text, u.Decided);

    private static (Type, int, long) Key(LegEvent e) => (e.GetType(), e.Leg, e.Decided);
}
