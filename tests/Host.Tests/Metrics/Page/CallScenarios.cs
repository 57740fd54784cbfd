using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Calls.Phonetic;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.TextModels;
using SpeechQA.Host.Sending;

namespace SpeechQA.Host.Tests.Metrics.Page;

/// <summary>What is heard in calls: utterances, alerts and what they rest on.</summary>
internal static class CallScenarios
{
    private const string Rules = """
        rules:
          - { id: words, name: Words, severity: info, party: customer, coolDown: 1s, when: { phrase: { en: cancel my contract } } }
          - { id: voice, name: Voice, severity: info, party: customer, coolDown: 1s, when: { inflection: any } }
          - { id: unsaid, name: Not said, severity: info, party: agent, coolDown: 1s, when: { notSaid: { by: 5s, phrase: { en: zebra } } } }
        """;

    private const string ByEar = """
        rules:
          - { id: ear, name: Ear, severity: info, coolDown: 1s, when: { phrase: { en: semples } } }
        """;

    private const string Early = "I want to cancel my contract today please";

    public static IReadOnlyList<MetricScenario> All { get; } =
    [
        new("a call over RTP with words, a voice and a deadline, and a page that looks on",
            ["speechqa_calls_open", "speechqa_calls_opened_total", "speechqa_calls_ended_total{reason=deleted}", "speechqa_pages",
                "speechqa_utterances_total{outcome=speech}", "speechqa_alerts_total{rule=unsaid}", "speechqa_audio_seconds_total",
                "speechqa_transcript_lag_seconds{event=final}", "speechqa_utterance_inferred_seconds",
                "rtp_packets_received_total", "rtp_jitter_seconds",
                "speechqa_model_cpu_seconds_total{model=voice}", "speechqa_model_cpu_seconds_total{model=inflection}",
                "speechqa_model_cpu_seconds_total{model=text}",
                .. Each("speechqa_alert_stage_seconds", "kind", AlertKind.All),
                .. Each("speechqa_alert_latency_seconds", "kind", AlertKind.All),
                .. Each("speechqa_alert_stage_seconds", "stage", ["voiced", "queued", "inferred", "matched", "published", "delivered"]),
                .. Each("speechqa_alert_latency_seconds", "until", ["published", "delivered"]),
                "dotnet_process_cpu_time_seconds_total", "dotnet_process_memory_working_set_bytes", "dotnet_process_cpus", "dotnet_*"],
            WatchedCallAsync),
        new("words that the final text confirms",
            [.. Each("speechqa_alerts_early_total", "outcome", ["raised", "confirmed"]), "speechqa_alerts_early_total{rule=cancellation}"],
            () => PlayAsync(new HeardRecognizer(_ => Early))),
        new("words that the final text does not hold", ["speechqa_alerts_early_total{outcome=withdrawn}"],
            () => PlayAsync(new HeardRecognizer(r => r.Kind == RecognitionKind.Partial ? Early : "I want a camel"))),
        new("utterances without speech, and errors of the recogniser",
            [.. Each("speechqa_utterances_total", "outcome", ["not_speech", "failed"]), "speechqa_failures_total{place=recognition}"],
            FailingAsync),
        new("a phrase that is found by its sound",
            ["speechqa_sound_steps_total", .. Each("speechqa_sound_candidates_total", "outcome", ["asked", "confirmed"])],
            () => PlayAsync(new HeardRecognizer(_ => "about ten samples"), new Play { Rules = ByEar, Sound = new PhoneticOptions() })),
    ];

    private static IEnumerable<string> Each(string name, string label, IEnumerable<string> values) =>
        values.Select(v => $"{name}{{{label}={v}}}");

    /// <summary>Plays a sample as a live call, as fast as it is heard.</summary>
    public static async Task PlayAsync(ISpeechRecognizer recognizer, Play? play = null)
    {
        play ??= new Play();
        var sessions = new ModelSessions(ModelFolder.Find());
        using var head = play.Inflection ? InflectionHead.Open(null, sessions) : null;
        await using var setup = new EngineSetup(SileroModel.Open(sessions.Folder), recognizer, TestServer.RulesOf(play.Rules), ["en"],
            play.Time, inflection: head is null ? null : new InflectionOptions(head.Model), sound: play.Sound, owned: sessions);
        var (call, _) = setup.Engine.Open(new CallOptions
        {
            Language = "en",
            Legs = [new(Party.Agent), new(Party.Customer)],
            Partials = new() { Enabled = play.Partials },
        });
        await using var recording = await Recordings.OpenAsync(Repository.Path("samples", "audio", "en-05-utility-move.wav"));
        await RecordingPlayer.PlayAsync(recording, call, [0, 1]);
        await call.Completion.WaitAsync(TestServer.Patience);
    }

    private static async Task FailingAsync()
    {
        var count = 0;
        await PlayAsync(new HeardRecognizer(_ => (Interlocked.Increment(ref count) % 3) switch
        {
            0 => "",
            1 => throw new InvalidOperationException("broken"),
            _ => "yes",
        }));
    }

    private static async Task WatchedCallAsync()
    {
        using var patience = new CancellationTokenSource(TestServer.Patience);
        var sessions = new ModelSessions(ModelFolder.Find());
        var head = InflectionHead.Open(null, sessions);
        var text = TextModel.Open(sessions);
        var setup = new EngineSetup(SileroModel.Open(sessions.Folder), new HeardRecognizer(_ => "I want to cancel my contract"),
            TestServer.RulesOf(Rules), ["en"], TimeProvider.System, inflection: new InflectionOptions(head.Model), text: text,
            owned: [head, text, sessions]);
        await using var server = await TestServer.StartAsync(setup);
        await using var page = new HubConnectionBuilder().WithUrl(new Uri(server.Address, "live")).Build();
        await page.StartAsync(patience.Token);
        await using var messages = page.StreamAsync<JsonElement>("Follow", null, null, patience.Token).GetAsyncEnumerator(patience.Token);
        Assert.True(await messages.MoveNextAsync());
        using var client = new CallClient(server.Address, null);
        var sending = new CallSender(client, TimeProvider.System, speed: 4).SendAsync(await Speech.LoadAsync(24, from: 10));
        while (await messages.MoveNextAsync() && !messages.Current.ToString().Contains("call.ended", StringComparison.Ordinal)) { }
        await sending;
    }
}

/// <summary>How a sample is played.</summary>
internal sealed record Play
{
    public string Rules { get; init; } = TestServer.Rule;
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Words are shown while somebody speaks.</summary>
    public bool Partials { get; init; } = true;

    /// <summary>The customer's voice is judged.</summary>
    public bool Inflection { get; init; }

    /// <summary>Phrases are found by their sound, too; null: as written alone.</summary>
    public PhoneticOptions? Sound { get; init; }
}
