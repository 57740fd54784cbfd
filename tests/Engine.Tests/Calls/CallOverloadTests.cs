using Microsoft.Extensions.Time.Testing;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Tests.Fakes;
using SpeechQA.Engine.Tests.Inflection;

namespace SpeechQA.Engine.Tests.Calls;

/// <summary>What calls go without when the recogniser is behind, from audio to events.</summary>
[Collection(InflectionCollection.Name)]
public sealed class CallOverloadTests(VoiceModel voice, InflectionFixture inflection) : IClassFixture<VoiceModel>
{
    private async Task<(Call Call, FakeRules Rules)> FollowAsync(ISpeechRecognizer recognizer, bool live = true, TimeProvider? time = null,
        InflectionOptions? judged = null)
    {
        var rules = new FakeRules();
        var engine = new SpeechEngine(voice.Model, recognizer, _ => rules, ["en", "fr"],
            new SpeechEngineOptions { Time = time ?? TimeProvider.System, Inflection = judged });
        var (call, _) = engine.Open(new CallOptions
        {
            Live = live,
            Language = "fr",
            Legs = [new(Party.Agent), new(Party.Customer)],
            Partials = new() { Enabled = false }
        });
        await using var recording = await Recordings.OpenAsync(Repository.Path("samples", "audio", "fr-04-voyage-remboursement.wav"),
            default);
        await RecordingPlayer.PlayAsync(recording, call, [0, 1]);
        await call.Completion.WaitAsync(TimeSpan.FromSeconds(120));
        return (call, rules);
    }

    private static CallScored Scored(Call call) => Assert.Single(call.Log.After(0).OfType<CallScored>());

    [Fact]
    public async Task Finals_that_wait_too_long_are_left_out_and_counted_and_the_call_goes_on()
    {
        var time = new FakeTimeProvider();
        var count = 0;
        // Every request takes a second of the clock; the first ten never come.
        var recognizer = new ScriptedRecognizer(_ => ["bonjour"], _ =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return Interlocked.Increment(ref count) <= 10 ? Task.Delay(Timeout.Infinite) : Task.CompletedTask;
        });
        var (call, rules) = await FollowAsync(recognizer, time: time);
        var shed = Scored(call).Shed!["final"];
        Assert.InRange(shed, 5, 10); // of the ten some were resumed before they were final
        Assert.Equal(shed, rules.Merged.OfType<NotSpeech>().Count());
        Assert.NotEmpty(call.Utterances);
        var paused = rules.Merged.OfType<LegEnded>().Count();
        Assert.Equal(2, paused);
    }

    [Fact]
    public async Task Behind_far_enough_the_inflection_model_hears_every_second_window_and_the_rest_is_counted()
    {
        var judged = new InflectionOptions(inflection.Model);
        var (full, fullRules) = await FollowAsync(new ScriptedRecognizer(_ => ["bonjour"]) { Backlog = 7.9 }, judged: judged);
        var (wide, wideRules) = await FollowAsync(new ScriptedRecognizer(_ => ["bonjour"]) { Backlog = 8 }, judged: judged);
        var (file, fileRules) = await FollowAsync(new ScriptedRecognizer(_ => ["bonjour"]) { Backlog = 8 }, live: false, judged: judged);
        Assert.Null(Scored(full).Shed);
        Assert.Null(Scored(file).Shed);
        Assert.Equal(Heard(fullRules), Heard(fileRules));
        var (all, half, left) = (Heard(fullRules).Count, Heard(wideRules).Count, Scored(wide).Shed!["inflection"]);
        Assert.Equal(all, half + left);
        Assert.InRange(half, all / 2, all / 2 + all / 10);
        // Never two in a row.
        Assert.DoesNotContain(Busy(wideRules).Zip(Busy(wideRules).Skip(1)), b => b.Second - b.First == 8_000);

        static List<long> Heard(FakeRules rules) =>
            [.. rules.Merged.OfType<InflectionMeasured>().Where(m => m.Abstention == Abstention.None).Select(m => m.End)];
        static List<long> Busy(FakeRules rules) =>
            [.. rules.Merged.OfType<InflectionMeasured>().Where(m => m.Abstention == Abstention.Busy).Select(m => m.End)];
    }
}
