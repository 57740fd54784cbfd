using System.Reflection;
using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Calls.Legs;
using SpeechQA.Engine.Calls.Load;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Tests.Fakes;
using SpeechQA.Engine.Tests.Inflection;
using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Tests.Calls;

/// <summary>
/// A fault at every place where code runs for one call: the call ends, says so once, frees what it holds, and no other call
/// notices.
/// </summary>
[Collection(InflectionCollection.Name)]
public sealed class CallFaultTests(VoiceModel voice, InflectionFixture inflection) : IClassFixture<VoiceModel>
{
    private const int Seconds = 30;

    /// <summary>The compiler's name of a primary constructor's parameter.</summary>
    private const string TranscriberField = "<transcriber>P";

    private static readonly Lazy<Task<short[][]>> Audio = new(async () =>
    {
        const string Sample = "samples/audio/en-05-utility-move.wav";
        short[][] legs = [await GoldenFiles.CallAsync(Sample, 0), await GoldenFiles.CallAsync(Sample, 1)];
        return [.. legs.Select(leg => leg[..(Seconds * 8_000)])];
    });

    private static IReadOnlyList<string>? _withoutFault;

    private Dictionary<string, Fault> Faults => new()
    {
        ["the resampler"] = new("leg") { Opened = call => Broken.Set(call.Legs[0].Pipe, "<SampleRate>k__BackingField", 7) },
        ["voice activity"] = new("leg") { Services = s => s with { Voice = Broken.Hollow<SileroModel>() } },
        ["utterances"] = new("leg") { Opened = call => Broken.Set(ListenerOf(call, 0), "_segmenter", null) },
        ["arrivals"] = new("leg") { Opened = call => Broken.Set(ListenerOf(call, 1), "_arrivals", null) },
        ["the level of speech"] = new("leg")
        {
            Opened = call => Broken.Set(Broken.Part(call.Legs[1], "_context", "Progress"), "<Speech>k__BackingField", null),
        },
        ["the inflection model"] = new("leg") { Services = s => s with { Inflection = new InflectionOptions(WithoutWeights()) } },
        ["prosody"] = new("leg")
        {
            Services = s => s with { Inflection = new InflectionOptions(null) },
            Opened = call => Broken.Empty(call.Legs[1], "_work", "Inflection", "_tracker"),
        },
        ["the clock of a pause"] = new("leg") { Services = s => s with { Time = new FaultyTime() } },
        ["the load of the machine"] = new("leg") { Services = WithoutState, UnderLoad = true },
        ["the transcriber"] = new("leg")
        {
            Services = s => s with { Recognizer = new FaultyRecognizer(kind => kind != RecognitionKind.Partial) },
        },
        ["the transcriber of a recording"] = new("leg")
        {
            Services = s => s with { Recognizer = new FaultyRecognizer(_ => true) },
            Live = false,
        },
        ["partials"] = new("leg") { Services = s => s with { Recognizer = new FaultyRecognizer(kind => kind == RecognitionKind.Partial) } },
        ["stable words"] = new("leg") { Opened = call => Broken.Empty(ListenerOf(call, 0), TranscriberField, "_partials", "_words") },
        ["whether rules may be early"] = new("leg") { Rules = () => new FaultyRules("MayBeEarly") },
        ["masks of a final"] = new("timeline") { Opened = call => Broken.Set(TimelineOf(call, "_secrecy"), "_shown", null), Live = false },
        ["secrets"] = new("timeline") { Opened = call => Broken.Empty(TimelineOf(call, "_secrecy"), "_secrets"), Live = false },
        ["masks of a partial"] = new("timeline") { Opened = call => Broken.Empty(TimelineOf(call, "_secrecy"), "_secrets") },
        ["the text model"] = new("timeline") { Services = s => s with { Text = Broken.Hollow<TextModel>() } },
        ["rules of a leg"] = new("timeline") { Rules = () => new FaultyRules("OnLeg") },
        ["rules of a recording's leg"] = new("timeline") { Rules = () => new FaultyRules("OnLeg"), Live = false },
        ["rules across legs"] = new("timeline") { Rules = () => new FaultyRules("OnMerged") },
        ["rules of the voice"] = new("timeline")
        {
            Rules = () => new FaultyRules("OnVoice"),
            Services = s => s with { Inflection = new InflectionOptions(null) },
        },
        ["rules of words under way"] = new("timeline") { Rules = () => new FaultyRules("OnDraft") },
        ["the merged order"] = new("timeline") { Opened = call => Broken.Empty(TimelineOf(call, "_merged")) },
        ["early alerts"] = new("timeline") { Opened = call => Broken.Empty(TimelineOf(call, "_told"), "_early") },
        ["facts"] = new("timeline") { Opened = call => Broken.Empty(TimelineOf(call, "_facts"), "_floor") },
        ["the end of the facts"] = new("timeline")
        {
            Opened = call => Broken.Set(TimelineOf(call, "_facts"), "_phrases", null),
            AtEnd = true,
        },
        ["the log"] = new("timeline") { Opened = call => Broken.Empty(call.Log) },
        ["the start of the call"] = new("timeline") { Event = typeof(CallStarted) },
        ["a partial's event"] = new("timeline") { Event = typeof(TranscriptPartial) },
        ["a final's event"] = new("timeline") { Event = typeof(TranscriptFinal) },
        ["an alert's event"] = new("timeline") { Event = typeof(AlertRaised) },
        ["a voice's event"] = new("timeline")
        {
            Event = typeof(InflectionHeard),
            Services = s => s with { Inflection = new InflectionOptions(null) },
        },
        ["the report of a line"] = new("timeline")
        {
            Event = typeof(LineQuality),
            Opened = call => call.ReportLine(0, new LineFacts(0, 0, 0, 0) { Rating = "good" }),
        },
        ["the state of an alert"] = new("timeline") { Event = typeof(AlertStateChanged), Raised = call => _ = SetStateAsync(call) },
        ["the facts' event"] = new("timeline") { Event = typeof(CallScored), AtEnd = true },
        ["what the call went without"] = new("call") { Opened = call => Broken.Empty(call, "_load"), Live = false, AtEnd = true },
    };

    public static TheoryData<string> Places => [.. new CallFaultTests(null!, null!).Faults.Keys];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_fault_ends_its_call_and_no_other(string place)
    {
        var fault = Faults[place];
        var audio = await Audio.Value;
        using var calls = new FaultyCall(voice.Model);
        var other = calls.FollowOtherAsync(audio[1]);
        await calls.FollowAsync(fault, audio);

        var ended = Assert.IsType<CallEnded>(calls.Events[^1]);
        Assert.Equal(Call.InternalError, ended.Reason);
        Assert.Single(calls.Events.OfType<CallEnded>());
        if (place != "the log") Assert.Same(ended, Assert.Single(calls.Call.Log.After(0).OfType<CallEnded>()));
        Assert.Equal([fault.Place], calls.Places);
        Assert.Equal($"The {fault.Place} of call faulty stopped by an internal error: the call ends, other calls go on.",
            Assert.Single(calls.Errors));
        Assert.True(calls.Call.IsEnding);
        Assert.Equal(await WithoutFaultAsync(), await other);
    }

    [Fact]
    public async Task A_subscriber_that_fails_at_the_end_of_a_call_still_learns_of_it_once()
    {
        var audio = await Audio.Value;
        using var calls = new FaultyCall(voice.Model);
        await calls.FollowAsync(new Fault("timeline") { Event = typeof(CallEnded), AtEnd = true }, audio);
        Assert.Same(Assert.Single(calls.Events.OfType<CallEnded>()), Assert.Single(calls.Call.Log.After(0).OfType<CallEnded>()));
        Assert.Equal(["timeline"], calls.Places);
        Assert.Single(calls.Errors);
    }

    [Fact]
    public async Task A_leg_that_faults_leaves_the_facts_of_what_was_heard()
    {
        var audio = await Audio.Value;
        using var calls = new FaultyCall(voice.Model);
        var finals = 0;
        bool Spoils(RecognitionKind kind) => kind != RecognitionKind.Partial && Interlocked.Increment(ref finals) > 2;
        await calls.FollowAsync(new Fault("leg") { Services = s => s with { Recognizer = new FaultyRecognizer(Spoils) } }, audio);
        Assert.Equal(calls.Call.Facts, Assert.IsType<CallScored>(calls.Events[^2]).Facts);
        Assert.Equal(Call.InternalError, Assert.IsType<CallEnded>(calls.Events[^1]).Reason);
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_does_not_keep_the_call_open()
    {
        var audio = await Audio.Value;
        using var calls = new FaultyCall(voice.Model);
        var fault = new Fault("timeline") { Rules = () => new FaultyRules("OnLeg"), Services = s => s with { Logger = new FaultyLog() } };
        await calls.FollowAsync(fault, audio);
        Assert.True(calls.Call.Completion.IsCompletedSuccessfully);
        Assert.Equal(Call.InternalError, Assert.Single(calls.Events.OfType<CallEnded>()).Reason);
    }

    /// <summary>The other call's events when it is alone.</summary>
    private async Task<IReadOnlyList<string>> WithoutFaultAsync()
    {
        using var calls = new FaultyCall(voice.Model);
        return _withoutFault ??= await calls.FollowOtherAsync((await Audio.Value)[1]);
    }

    private static object ListenerOf(Call call, int leg) => Broken.Part(call.Legs[leg], "_work", "Listener");

    private static object TimelineOf(Call call, string part) => Broken.Part(call, "_timeline", part);

    private static async Task SetStateAsync(Call call) =>
        await call.SetAlertStateAsync(call.Log.After(0).OfType<AlertRaised>().First().Alert.Id, AlertState.Acknowledged, null);

    private InflectionModel WithoutWeights() => (InflectionModel)Activator.CreateInstance(typeof(InflectionModel),
        BindingFlags.Instance | BindingFlags.NonPublic, null, [null, inflection.Model.Config], null)!;

    private static LegServices WithoutState(LegServices services)
    {
        var faulty = new FaultyRecognizer(_ => false, () => throw new InvalidOperationException("a fault of the workers' state"));
        return services with { Recognizer = faulty, Overload = new Overload(faulty, services.Time) };
    }

    private sealed class FaultyLog : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => throw new InvalidOperationException("a fault of the log");
    }

    /// <summary>A clock that is broken, but for what it says of the day.</summary>
    private sealed class FaultyTime : TimeProvider
    {
        public override long GetTimestamp() => throw new InvalidOperationException("a fault of the clock");
    }
}
