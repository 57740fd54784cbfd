using System.Diagnostics.Metrics;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Utterances;
using SpeechQA.Engine.Tests.Fakes;
using SpeechQA.Engine.Tests.Rules;

namespace SpeechQA.Engine.Tests.Calls;

/// <summary>Partials of a live leg with the real voice activity on a sample call, and a recogniser that needs no model.</summary>
public sealed class PartialTests(VoiceModel model) : IClassFixture<VoiceModel>
{
    // Letters, not figures: figures are masked until it is known what they are.
    private static readonly string[] Numbers = [.. Enumerable.Range(0, 60).Select(i => $"w{(char)('a' + i / 10)}{(char)('a' + i % 10)}")];

    /// <summary>A rule that might act on anybody's words.</summary>
    private static readonly RuleSet Waiting = TestCall.Rule("{ phrase: never said }", "coolDown: 1s");

    private static readonly PartialOptions InAudioTime = new() { InAudioTime = true };

    private async Task<(Call Call, List<CallEvent> Events)> FollowAsync(ISpeechRecognizer recognizer, PartialOptions? partials,
        RuleSet? rules = null,
        string language = "en", bool live = true, string sample = "en-05-utility-move.wav")
    {
        var engine = new SpeechEngine(model.Model, recognizer, rules ?? Waiting, ["en", "fr"]);
        var events = new List<CallEvent>();
        var (call, _) = engine.Open(new CallOptions
        {
            Live = live,
            Language = language,
            Legs = [new(Party.Agent), new(Party.Customer)],
            Partials = partials ?? new()
        });
        await using var recording = await Recordings.OpenAsync(Repository.Path("samples", "audio", sample), default);
        await RecordingPlayer.PlayAsync(recording, call, [0, 1]);
        await call.Completion.WaitAsync(TimeSpan.FromSeconds(120));
        var items = new List<FeedItem>();
        Assert.True(engine.Feed.TryRead(0, items, int.MaxValue));
        events.AddRange(items.Select(i => i.Event));
        return (call, events);
    }

    private static IEnumerable<IGrouping<(Party, int), TranscriptPartial>> ByUtterance(IEnumerable<CallEvent> events) =>
        events.OfType<TranscriptPartial>().GroupBy(p => (p.Party, p.Utterance));

    [Fact]
    public async Task Every_0_8_s_of_new_speech_the_grown_window_is_recognised_with_the_last_text_as_draft()
    {
        var recognizer = new ScriptedRecognizer(_ => Numbers);
        var (_, events) = await FollowAsync(recognizer, InAudioTime);
        Assert.True(recognizer.Of(RecognitionKind.Partial).Count() > 30);
        foreach (var utterance in ByUtterance(events))
        {
            var ends = utterance.Select(p => p.Time).ToList();
            for (var i = 1; i < ends.Count - 1; i++)
                Assert.True(ends[i] - ends[i - 1] >= 0.22, "a pause is told after 224 ms, speech after 0.8 s");
        }
        var long1 = ByUtterance(events).MaxBy(u => u.Count())!;
        var gaps = long1.Zip(long1.Skip(1), (a, b) => b.Time - a.Time).Where(g => g > 0.7).ToList();
        Assert.True(gaps.Count >= 5);
        Assert.InRange(gaps.Order().ElementAt(gaps.Count / 2), 0.79, 0.9);
        // The first partial of an utterance has no draft, the next ones have all that was heard before.
        Assert.Contains(recognizer.Of(RecognitionKind.Partial), r => r.Draft is null);
        Assert.Contains(recognizer.Of(RecognitionKind.Partial), r => r.Draft is { Language: "en", Tokens.Count: > 10 });
        // What may be final is verified, too: it comes sooner, and is the same.
        Assert.Contains(recognizer.Of(RecognitionKind.Speculative), r => r.Draft is { Tokens.Count: > 10 });
    }

    [Fact]
    public async Task Words_that_no_rule_can_act_on_are_shown_half_as_often_and_only_while_a_worker_is_idle()
    {
        async Task<int> PartialsAt(PartialOptions options, RuleSet? rules, bool busy = false)
        {
            var recognizer = new ScriptedRecognizer(_ => Numbers) { IsBusy = busy };
            await FollowAsync(recognizer, options, rules);
            return recognizer.Of(RecognitionKind.Partial).Count();
        }

        var acted = await PartialsAt(InAudioTime, null);
        Assert.InRange(await PartialsAt(InAudioTime, RuleSet.Empty), acted / 3, acted * 2 / 3);
        Assert.Equal(0, await PartialsAt(new PartialOptions(), RuleSet.Empty, busy: true));
        Assert.True(await PartialsAt(new PartialOptions(), null, busy: true) > 0);
    }

    [Fact]
    public async Task A_likely_final_that_nobody_sees_yet_can_wait_for_others()
    {
        async Task<ScriptedRecognizer> FollowedAsync(PartialOptions options, double backlog = 0)
        {
            var recognizer = new ScriptedRecognizer(_ => Numbers) { IsBusy = true, Backlog = backlog };
            var (call, _) = await FollowAsync(recognizer, options);
            Assert.NotEmpty(call.Utterances);
            return recognizer;
        }

        var none = new PartialOptions { Enabled = false };
        var early = (await FollowedAsync(none)).Of(RecognitionKind.Speculative).ToList();
        Assert.True(early.Count > 1);
        // As long as the pause that ends an utterance, from 200 ms of it on, at most.
        Assert.All(early, r => Assert.InRange(r.Patience, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(400)));
        Assert.All((await FollowedAsync(new PartialOptions())).Requests, r => Assert.Equal(TimeSpan.Zero, r.Request.Patience));
        // Far behind, pauses that are none must cost nothing.
        Assert.Empty((await FollowedAsync(none, backlog: 4)).Of(RecognitionKind.Speculative));
    }

    [Fact]
    public async Task A_long_utterance_is_final_at_its_pause_and_waits_for_nobody()
    {
        var recognizer = new ScriptedRecognizer(_ => Numbers);
        await FollowAsync(recognizer, new PartialOptions { Enabled = false }, sample: "en-04-travel-refund.wav");
        var finals = recognizer.Requests.Select(r => r.Request).Where(r => r.Samples.Length >= UtteranceSegmenter.Long).ToList();
        Assert.NotEmpty(finals);
        Assert.All(finals, r => Assert.Equal((RecognitionKind.Final, TimeSpan.Zero), (r.Kind, r.Patience)));
    }

    [Fact]
    public async Task A_phrase_that_waits_for_the_next_word_hastens_the_next_partial_a_few_times()
    {
        // The phrase is always the last that is heard, so it always waits.
        string[] Ending(RecognitionRequest r) => r.Kind == RecognitionKind.Partial
            ? [.. Numbers.Take(Math.Max(0, (int)(r.Samples.Length / 16_000.0 / ScriptedRecognizer.Word) - 1)), "closing"] : Numbers;

        async Task<int> Partials(string phrase)
        {
            var recognizer = new ScriptedRecognizer(Ending);
            await FollowAsync(recognizer, InAudioTime, TestCall.Rule($"{{ phrase: {phrase} }}", "coolDown: 1s"));
            return recognizer.Of(RecognitionKind.Partial).Count();
        }

        var (usual, hastened) = (await Partials("never said"), await Partials("closing"));
        Assert.InRange(hastened, usual * 1.2, usual * 2.7);
    }

    [Fact]
    public async Task Stable_text_only_grows_and_is_how_the_final_begins()
    {
        var random = new Random(3);
        // The last word of every window is misheard.
        var recognizer = new ScriptedRecognizer(r => r.Kind == RecognitionKind.Partial
            ? [.. Numbers.Take((int)(r.Samples.Length / 16_000.0 / ScriptedRecognizer.Word) - 1), $"x{random.Next(5)}"] : Numbers);
        var (_, events) = await FollowAsync(recognizer, InAudioTime);
        var finals = events.OfType<TranscriptFinal>().ToDictionary(f => (f.Party, f.Utterance));
        Assert.NotEmpty(finals);
        foreach (var utterance in ByUtterance(events))
        {
            var before = "";
            foreach (var partial in utterance)
            {
                var stable = partial.Text[..partial.Stable];
                Assert.StartsWith(before, stable, StringComparison.Ordinal);
                Assert.DoesNotContain("x", stable);
                before = stable;
            }
            if (finals.TryGetValue(utterance.Key, out var final)) Assert.StartsWith(before, final.Text, StringComparison.Ordinal);
        }
        Assert.Contains(events.OfType<TranscriptPartial>(), p => p.Stable > 20 && p.Stable < p.Text.Length);
    }

    [Fact]
    public async Task One_partial_of_a_leg_is_under_way_at_most_and_what_may_be_final_overtakes_it()
    {
        // Partials never come: only being overtaken ends them.
        var recognizer = new ScriptedRecognizer(_ => Numbers, r => r.Kind == RecognitionKind.Partial
            ? Task.Delay(Timeout.Infinite)
            : Task.CompletedTask);
        var shed = 0L;
        SpeechEngine.AnnounceMetrics(); // else its instruments are published before they can be told apart
        using var listener = new MeterListener();
        listener.InstrumentPublished = (i, l) =>
        {
            if (ReferenceEquals(i, EngineMetrics.Shed)) l.EnableMeasurementEvents(i);
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            foreach (var tag in tags)
                if (tag.Value is "partial") Interlocked.Add(ref shed, count);
        });
        listener.Start();
        var (call, events) = await FollowAsync(recognizer, new PartialOptions());
        Assert.NotEmpty(call.Utterances);
        var partials = recognizer.Requests.Where(r => r.Request.Kind == RecognitionKind.Partial).ToList();
        Assert.NotEmpty(partials);
        Assert.All(partials, p => Assert.True(p.Cancellation.IsCancellationRequested));
        Assert.True(Interlocked.Read(ref shed) > partials.Count, "speech that went by meanwhile is counted");
        // Only likely finals were shown.
        Assert.Equal(events.OfType<TranscriptFinal>().Count(), call.Utterances.Count);
    }

    [Fact]
    public async Task Under_load_partials_slow_down_and_stop_and_finals_stay_the_same()
    {
        async Task<(int Partials, List<string> Finals)> At(double backlog)
        {
            var recognizer = new ScriptedRecognizer(_ => Numbers) { Backlog = backlog };
            var (call, _) = await FollowAsync(recognizer, new PartialOptions());
            return (recognizer.Of(RecognitionKind.Partial).Count(), [.. call.Utterances.Select(u => u.Text)]);
        }

        var (all, finals) = await At(0.9);
        var (half, finalsAtHalf) = await At(1.5);
        var (none, finalsAtNone) = await At(4);
        Assert.True(half > 0 && half * 1.5 < all, $"{half} of {all}");
        Assert.Equal(0, none);
        Assert.Equal(finals, finalsAtHalf);
        Assert.Equal(finals, finalsAtNone);
    }

    [Fact]
    public async Task Without_partials_nothing_comes_before_a_final()
    {
        var recognizer = new ScriptedRecognizer(_ => Numbers);
        var (_, events) = await FollowAsync(recognizer, new PartialOptions { Enabled = false },
            TestCall.Rule("{ phrase: waa }", "coolDown: 1s"));
        Assert.Empty(events.OfType<TranscriptPartial>());
        Assert.Empty(recognizer.Of(RecognitionKind.Partial));
        Assert.NotEmpty(events.OfType<AlertRaised>());
        Assert.All(events.OfType<AlertRaised>(), a => Assert.False(a.Early));
    }

    [Fact]
    public async Task While_the_language_is_open_partials_follow_the_votes_and_cast_none()
    {
        var recognizer = new ScriptedRecognizer(_ => Numbers);
        await FollowAsync(recognizer, InAudioTime, language: "auto");
        var partials = recognizer.Of(RecognitionKind.Partial).ToList();
        Assert.Contains(partials, p => !p.Language.IsLocked);
        // Before anybody voted, speech of less than 1.5 s is not shown.
        Assert.All(partials.Where(p => !p.Language.HasVotes && !p.Language.IsLocked), p =>
            Assert.True(AudioTime.Seconds(p.Samples.Length) >= 1.5));
        var without = new ScriptedRecognizer(_ => Numbers);
        await FollowAsync(without, new PartialOptions { Enabled = false }, language: "auto");
        Assert.Equal(Locked(without), Locked(recognizer));

        static int Locked(ScriptedRecognizer r) => r.Requests.Count(x => x.Request.Kind != RecognitionKind.Partial
            && x.Request.Language.IsLocked);
    }

    [Fact]
    public async Task The_alerts_of_the_finals_are_the_same_with_partials_without_and_from_a_recording()
    {
        var rules = TestCall.Rules("""
            rules:
              - { id: early, severity: critical, coolDown: 5s, when: { phrase: wac wad } }
              - { id: misheard, severity: critical, coolDown: 5s, when: { phrase: wae wrong } }
              - { id: late, severity: info, coolDown: 5s, when: { phrase: waf right } }
              - { id: chain, severity: info, coolDown: 1s, when: { sequence: [ { phrase: waa }, { phrase: wai } ], within: 60s } }
            """);
        string[] Heard(RecognitionRequest r) => [.. Numbers.Take(5), r.Kind == RecognitionKind.Partial
            ? "wrong"
            : "waf", r.Kind == RecognitionKind.Partial ? "waf" : "right", .. Numbers.Skip(7)];
        var (file, _) = await FollowAsync(new ScriptedRecognizer(Heard), null, rules, live: false);
        var (plain, _) = await FollowAsync(new ScriptedRecognizer(Heard), new PartialOptions { Enabled = false }, rules);
        var (early, events) = await FollowAsync(new ScriptedRecognizer(Heard), InAudioTime, rules);
        Assert.Equal(Content(file), Content(plain));
        Assert.Equal(Content(file), Content(early));

        // What a subscriber is left with is that very set.
        var raised = events.OfType<AlertRaised>().ToDictionary(a => a.Alert.Id, a => a.Alert);
        foreach (var e in events.OfType<AlertConfirmed>()) raised[e.AlertId] = e.Alert;
        foreach (var e in events.OfType<AlertWithdrawn>()) Assert.True(raised.Remove(e.AlertId));
        Assert.Equal(file.Alerts.Select(a => (a.Rule, Math.Round(AudioTime.Seconds(a.Start), 3), a.Summary)).Order(),
            raised.Values.Select(a => (a.Rule, a.Start, a.Summary)).Order());
        var earlyOnes = events.OfType<AlertRaised>().Where(a => a.Early).ToList();
        Assert.Contains(earlyOnes, a => a.Alert.Rule == "early");
        Assert.Contains(events.OfType<AlertConfirmed>(), a => a.Alert.Rule == "early");
        var withdrawn = events.OfType<AlertWithdrawn>().Select(a => a.AlertId).ToList();
        Assert.NotEmpty(withdrawn);
        Assert.All(withdrawn, id => Assert.StartsWith("misheard-", id));
        Assert.Equal(earlyOnes.Count, withdrawn.Count + events.OfType<AlertConfirmed>().Count());

        static List<(string, int, long, long, long, string)> Content(Call call) =>
            [.. call.Alerts.Select(a => (a.Rule, a.Leg, a.Start, a.End, a.Decided, a.Summary))];
    }

    [Fact]
    public async Task What_is_shown_and_raised_in_audio_time_depends_on_the_audio_alone()
    {
        var rules = TestCall.Rule("{ phrase: wac wad }", "coolDown: 1s");
        var random = new Random(5);
        async Task<List<string>> Run(Func<RecognitionRequest, Task>? delay)
        {
            var (_, events) = await FollowAsync(new ScriptedRecognizer(_ => Numbers, delay), InAudioTime, rules, "auto");
            return [.. events.Where(e => e is TranscriptPartial or AlertRaised or AlertConfirmed or AlertWithdrawn or TranscriptFinal)
                .Select(e => e with { Call = "", Sequence = 0 }).Select(e => e switch
                {
                    AlertRaised a => $"{a.Alert.Party} {a.Time} raised {a.Early} {a.Alert.Rule} {a.Alert.Start}",
                    AlertConfirmed a => $"{a.Alert.Party} {a.Time} confirmed {a.Alert.Rule} {a.Alert.Start}",
                    TranscriptPartial p => $"{p.Party} {p.Time} {p.Text} {p.Stable}",
                    _ => e.ToString(),
                }).Order(StringComparer.Ordinal)];
        }

        Assert.Equal(await Run(null), await Run(_ =>
        {
            lock (random) return Task.Delay(random.Next(4));
        }));
    }
}
