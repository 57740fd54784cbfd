using System.Collections.Concurrent;
using SpeechQA.Engine.Biasing;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Calls.Phonetic;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Tests.Fakes;
using SpeechQA.Engine.Tests.Rules;

namespace SpeechQA.Engine.Tests.Calls;

/// <summary>Bias and phrases by sound on the way from audio to alerts.</summary>
public sealed class CallSoundTests(VoiceModel model) : IClassFixture<VoiceModel>
{
    // The fake recogniser says "about N samples".
    private static readonly RuleSet Set = TestCall.Rule("{ phrase: { en: semples } }", "party: any, coolDown: 1s");

    private async Task<Call> FollowAsync(bool live, ISpeechRecognizer recognizer, BiasSource? bias = null) =>
        (await EventsAsync(live, recognizer, bias)).Call;

    private async Task<(Call Call, IReadOnlyList<CallEvent> Events)> EventsAsync(bool live, ISpeechRecognizer recognizer,
        BiasSource? bias = null, PartialOptions? partials = null)
    {
        var engine = new SpeechEngine(model.Model, recognizer, Set, ["en"],
            new SpeechEngineOptions { Bias = bias, Sound = new PhoneticOptions() });
        var (call, _) = engine.Open(new CallOptions
        {
            Live = live,
            Language = "en",
            Legs = [new(Party.Agent), new(Party.Customer)],
            Partials = partials ?? new()
        });
        await using var recording = await Recordings.OpenAsync(Repository.Path("samples", "audio", "en-05-utility-move.wav"), default);
        await RecordingPlayer.PlayAsync(recording, call, [0, 1]);
        await call.Completion.WaitAsync(TimeSpan.FromSeconds(60));
        var items = new List<FeedItem>();
        Assert.True(engine.Feed.TryRead(0, items, int.MaxValue));
        return (call, [.. items.Select(i => i.Event)]);
    }

    [Fact]
    public async Task Confirmed_sounds_raise_the_same_alerts_on_a_live_call_and_a_recording()
    {
        var file = await FollowAsync(false, new Confirming(new FakeRecognizer(), 0.4));
        var live = await FollowAsync(true, new Confirming(new FakeRecognizer(), 0.4));
        Assert.NotEmpty(file.Alerts);
        Assert.All(file.Alerts, a => Assert.Equal("sounds like 'semples' (verified, +0.4)", Assert.Single(a.Evidence).How));
        Assert.Equal(file.Alerts.Select(a => (a.Start, a.End, a.Decided)), live.Alerts.Select(a => (a.Start, a.End, a.Decided)));
    }

    [Fact]
    public async Task Without_confirmation_there_is_no_alert_and_the_words_stay()
    {
        Assert.Empty((await FollowAsync(false, new Confirming(new FakeRecognizer(), -9))).Alerts);
        Assert.Empty((await FollowAsync(false, new FakeRecognizer())).Alerts);
        var broken = await FollowAsync(false, new Confirming(new FakeRecognizer(), null));
        Assert.Empty(broken.Alerts);
        Assert.NotEmpty(broken.Utterances);
    }

    [Fact]
    public async Task A_sound_alerts_while_its_utterance_goes_on_and_is_asked_for_once_until_the_final()
    {
        // "samples" is written for "semples" all along.
        var recognizer = new Confirming(new ScriptedRecognizer(_ =>
            ["first", "samples", .. Enumerable.Range(0, 60).Select(i => $"w{(char)('a' + i / 10)}{(char)('a' + i % 10)}")]), 0.4);
        var (call, events) = await EventsAsync(true, recognizer, partials: new PartialOptions { InAudioTime = true });
        var raised = events.OfType<AlertRaised>().ToList();
        Assert.NotEmpty(raised);
        Assert.All(raised, a => Assert.Equal("sounds like 'semples' (verified, +0.4)", Assert.Single(a.Alert.Evidence).How));
        Assert.Contains(raised, a => a.Early);
        Assert.Empty(events.OfType<AlertWithdrawn>());
        Assert.Equal(raised.Count(a => a.Early), events.OfType<AlertConfirmed>().Count());
        // Many partials of an utterance hold the word, but only the first and the final ask.
        Assert.InRange(recognizer.Asked.Count(k => k == RecognitionKind.Speculative), 1, call.Utterances.Count());
        Assert.True(events.OfType<TranscriptPartial>()
            .Count(p => p.Text.Contains("samples", StringComparison.Ordinal)) > 2 * call.Utterances.Count());
        // The same words are not shown twice because of it.
        Assert.DoesNotContain(events.OfType<TranscriptPartial>().GroupBy(p => (p.Party, p.Utterance, p.Time)), same => same.Count() > 1);
    }

    [Fact]
    public async Task Every_request_carries_the_bias()
    {
        var recognizer = new FakeRecognizer();
        var source = new BiasSource(Set, CustomerVocabulary.Parse("names.txt", "Zephyr Box", ["en"]), BiasWords.Vocabulary, ["en"]);
        await FollowAsync(true, recognizer, source);
        Assert.NotEmpty(recognizer.Requests);
        // Not partials: what bias alone supports must not alert before it is confirmed.
        Assert.All(recognizer.Requests, r => Assert.Same(r.Kind == RecognitionKind.Partial ? null : source.Current, r.Bias));
    }

    /// <summary>Confirms every reading with a difference, or fails.</summary>
    private sealed class Confirming(ISpeechRecognizer inner, double? difference) : ISpeechRecognizer
    {
        /// <summary>For what it was asked.</summary>
        public ConcurrentBag<RecognitionKind> Asked { get; } = [];

        public string Name => "confirming";

        public bool CanScore => true;

        public ValueTask<SpeechQA.Engine.Speech.Recognition.Recognition> RecognizeAsync(RecognitionRequest request,
            CancellationToken cancellation = default) => inner.RecognizeAsync(request, cancellation);

        public ValueTask<IReadOnlyList<TextSupport>> ScoreAsync(ScoreRequest request, CancellationToken cancellation = default)
        {
            Asked.Add(request.Kind);
            return difference is { } d
                ? ValueTask.FromResult<IReadOnlyList<TextSupport>>([.. request.Texts.Select((t, i) =>
                    new TextSupport(i == 0 ? 0 : d, t.Loose))])
                : throw new InvalidOperationException("broken");
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
