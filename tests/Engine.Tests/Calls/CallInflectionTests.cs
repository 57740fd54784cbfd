using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Tests.Fakes;
using SpeechQA.Engine.Tests.Inflection;

namespace SpeechQA.Engine.Tests.Calls;

/// <summary>How the parties of a call speak, from audio to events.</summary>
[Collection(InflectionCollection.Name)]
public sealed class CallInflectionTests(VoiceModel voice, InflectionFixture inflection) : IClassFixture<VoiceModel>
{
    private const string Sample = "fr-04-voyage-remboursement.wav";

    private async Task<(Call Call, FakeRules Rules, Lines Log)> FollowAsync(InflectionOptions? options, bool live = false)
    {
        var rules = new FakeRules();
        var log = new Lines();
        var engine = new SpeechEngine(voice.Model, new FakeRecognizer(), _ =>
            rules, ["en", "fr"], new SpeechEngineOptions { Logger = log, Inflection = options });
        var (call, _) = engine.Open(new CallOptions { Live = live, Legs = [new(Party.Agent), new(Party.Customer)] });
        await using var recording = await Recordings.OpenAsync(Repository.Path("samples", "audio", Sample), default);
        await RecordingPlayer.PlayAsync(recording, call, [0, 1]);
        await call.Completion.WaitAsync(TimeSpan.FromSeconds(120));
        return (call, rules, log);
    }

    [Fact]
    public async Task A_recording_and_a_live_call_are_heard_alike()
    {
        var (file, fileRules, _) = await FollowAsync(new InflectionOptions(inflection.Model));
        var (live, liveRules, _) = await FollowAsync(new InflectionOptions(inflection.Model), live: true);
        var measured = fileRules.Merged.OfType<InflectionMeasured>().ToList();
        Assert.Contains(measured, m => m.Watch && m.Decided > 49 * 16_000 && m.Decided < 71 * 16_000); // the customer's raised turns
        Assert.Equal(measured, liveRules.Merged.OfType<InflectionMeasured>().Select(m => m with { Captured = 0, Inferred = 0 }));
        Assert.Equal(Points(file), Points(live));
    }

    [Fact]
    public async Task The_order_of_decisions_is_kept_and_a_curve_has_at_most_two_points_a_second()
    {
        var (call, rules, _) = await FollowAsync(new InflectionOptions(inflection.Model));
        Assert.Equal(rules.Merged.OrderBy(e => e.Decided).ThenBy(e => e.Leg).Select(e => (e.Decided, e.Leg)),
            rules.Merged.Select(e => (e.Decided, e.Leg)));
        var times = Points(call).Select(p => p.Time).ToList();
        Assert.NotEmpty(times);
        Assert.All(times.Zip(times.Skip(1)), t => Assert.True(t.Second - t.First >= 0.499));
    }

    [Fact]
    public async Task The_agents_voice_is_not_judged()
    {
        var (call, rules, log) = await FollowAsync(new InflectionOptions(inflection.Model));
        Assert.All(rules.Merged.OfType<InflectionMeasured>(), m => Assert.Equal(Party.Customer, m.Party));
        Assert.Equal([Party.Customer], Assert.IsType<CallStarted>(call.Log.After(0)[0]).Description.Inflection);
        Assert.Empty(log.Warnings);
    }

    [Fact]
    public async Task The_agents_voice_is_judged_when_asked_for_and_that_is_said()
    {
        var (call, rules, log) = await FollowAsync(new InflectionOptions(null, Agent: true));
        Assert.Contains(rules.Merged.OfType<InflectionMeasured>(), m => m.Party == Party.Agent);
        Assert.Equal([Party.Agent, Party.Customer], Assert.IsType<CallStarted>(call.Log.After(0)[0]).Description.Inflection);
        Assert.Contains("article 5(1)(f)", Assert.Single(log.Warnings));
    }

    [Theory]
    [InlineData(Party.Customer, false, true)]
    [InlineData(Party.Agent, false, false)]
    [InlineData(Party.Unknown, false, false)]   // the agent may be on it
    [InlineData(Party.Unknown, true, true)]
    public void Whose_voice(Party party, bool agent, bool judged) =>
        Assert.Equal(judged, new InflectionOptions(null, agent).Follows(party));

    [Fact]
    public async Task Without_a_model_prosody_goes_on_alone()
    {
        var (call, rules, _) = await FollowAsync(new InflectionOptions(null));
        var measured = rules.Merged.OfType<InflectionMeasured>().ToList();
        Assert.Contains(measured, m => m.RaisedVoice);
        Assert.DoesNotContain(measured, m => m.Watch || m.Alert || double.IsFinite(m.Score));
        Assert.Contains(Points(call), p => p.Inflection is { State: InflectionState.Raised, Score: null, Words: not null });
    }

    [Fact]
    public async Task Switched_off_nothing_is_measured()
    {
        var (call, rules, _) = await FollowAsync(null);
        Assert.Empty(rules.Merged.OfType<InflectionMeasured>());
        Assert.Empty(Points(call));
        Assert.Empty(call.Description.Inflection);
    }

    [Theory]
    [InlineData("en-02-bank-card.wav", true, "a caller", 1)]
    [InlineData("en-02-bank-card.wav", false, "a caller", 0)]           // a recording
    [InlineData("en-02-bank-card.wav", true, null, 0)]                  // it may always be the same person
    [InlineData(Sample, true, "a caller", 0)]                           // not calm
    public async Task A_calm_customer_of_a_live_call_is_taken_into_the_sites_voices(string sample, bool live, string? caller, int counted)
    {
        var site = new SiteBaselines(null, "head");
        var line = new SiteLine("support", "PCMU");
        var engine = new SpeechEngine(voice.Model, new FakeRecognizer(), _ => new FakeRules(), ["en", "fr"],
            new SpeechEngineOptions { Inflection = new InflectionOptions(inflection.Model) { Site = site } });
        var (call, _) = engine.Open(new CallOptions
        {
            Live = live,
            Caller = caller,
            Legs = [new(Party.Agent) { Line = line }, new(Party.Customer) { Line = line }]
        });
        await using var recording = await Recordings.OpenAsync(Repository.Path("samples", "audio", sample), default);
        await RecordingPlayer.PlayAsync(recording, call, [0, 1]);
        await call.Completion.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Equal(counted, site.CallersOf(line));
    }

    [Fact]
    public async Task From_twenty_callers_on_a_leg_begins_with_the_sites_voices()
    {
        async Task<List<double>> Scores(int callers)
        {
            var site = new SiteBaselines(null, "head");
            for (var i = 0; i < callers; i++) site.Add(SiteLine.File, new CalmCaller($"caller {i}", InflectionScores.All(2), 20));
            var (_, rules, _) = await FollowAsync(new InflectionOptions(inflection.Model) { Site = site });
            return [.. rules.Merged.OfType<InflectionMeasured>().Select(m => m.Score).Where(double.IsFinite)];
        }
        var (without, few, many) = (await Scores(0), await Scores(19), await Scores(20));
        Assert.Equal(without, few);
        // The site's calm voices sound angry to the model, so the same voice is less so than they are.
        Assert.True(many.Average() < without.Average() - 0.02, $"{many.Average()} {without.Average()}");
    }

    private static List<(double Time, InflectionPoint Inflection)> Points(Call call) =>
        [.. call.Log.After(0).OfType<InflectionHeard>().Select(e => (e.Time, e.Inflection))];

    private sealed class Lines : ILogger<SpeechEngine>
    {
        public List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning) Warnings.Add(formatter(state, exception));
        }
    }
}
