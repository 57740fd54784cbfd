using System.Diagnostics;
using System.Globalization;
using SpeechQA.Bench.Load.Calls;
using SpeechQA.Engine;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Calls.Legs;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Ingest.Pcap;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Host;

namespace SpeechQA.Bench.Micro;

/// <summary>
/// What a live call holds in memory, utterances in flight apart: many calls with sample audio as RTP, real voice activity, inflection
/// and rules, and a recogniser that hears nothing at once. Figures are what forty calls take more than ten.
/// </summary>
internal static class CallMemory
{
    private const int Few = 10, Many = 50, Speech = 20, Silence = 3, PacketSamples = 160, PacketsPerSecond = 50;

    public static async Task<int> RunAsync()
    {
        using var sessions = new ModelSessions(ModelFolder.Find());
        var config = InflectionConfig.Read(sessions.Folder["inflection/config.json"].Require());
        using var inflection = InflectionModel.Open(sessions, "inflection", config);
        using var rules = new RuleFolder(ProgramFolder.Find(Path.Combine("samples", "rules"), "run this in a checkout"),
            TimeProvider.System);
        var samples = await LoadSample.LoadAsync(ProgramFolder.Find(Path.Combine("samples", "audio"), "run this in a checkout"), "*",
            CancellationToken.None).ConfigureAwait(false);
        await using var engine = new SpeechEngine(SileroModel.Open(sessions.Folder), new NothingHeard(), rules, ["en", "fr"],
            new SpeechEngineOptions { Inflection = new InflectionOptions(inflection) });
        var (few, _) = await HoldAsync(engine, samples, Few).ConfigureAwait(false);
        var (more, calls) = await HoldAsync(engine, samples, Many - Few).ConfigureAwait(false);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Few} calls: {few.Heap / 1e6:F1} MB of objects, {few.Resident / 1e6:F0} MB resident; {Many} calls: {more.Heap / 1e6:F1} and "
            + $"{more.Resident / 1e6:F0} MB; " +
            $"each further call {(more.Heap - few.Heap) / 1e6 / (Many - Few):F3} and "
            + $"{(more.Resident - few.Resident) / 1e6 / (Many - Few):F3} MB ({calls} open, {Speech} s of their audio each)"));
        return 0;
    }

    /// <summary>Opens calls, gives each its audio, and leaves them open.</summary>
    private static async Task<((long Heap, long Resident) Memory, int Calls)> HoldAsync(SpeechEngine engine,
        IReadOnlyList<LoadSample> samples, int count)
    {
        var legs = Enumerable.Range(0, count).SelectMany(i => LegsOf(engine, samples[i % samples.Count])).ToList();
        // The silence ends what is being said.
        for (var number = 0; number < (Speech + Silence) * PacketsPerSecond; number++)
        {
            foreach (var leg in legs) leg.Send(number);
            // Faster than real time, but never ahead of the engine by more than a second.
            while (number % PacketsPerSecond == 0 && legs.Any(l => l.Waiting > PacketsPerSecond * PacketSamples))
                await Task.Delay(5).ConfigureAwait(false);
        }
        while (legs.Any(l => l.Waiting > PacketsPerSecond * PacketSamples)) await Task.Delay(5).ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromSeconds(3)).ConfigureAwait(false);
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return ((GC.GetTotalMemory(forceFullCollection: true), Process.GetCurrentProcess().WorkingSet64), engine.Calls.All.Count());
    }

    private static IEnumerable<Sender> LegsOf(SpeechEngine engine, LoadSample sample)
    {
        var call = engine.Open(new CallOptions { Legs = [new LegOptions(Party.Agent), new LegOptions(Party.Customer)] }).Call;
        return call.Legs.Zip(sample.Legs, (leg, audio) => new Sender(leg, audio.Samples));
    }

    private sealed class Sender(Leg leg, ReadOnlyMemory<short> samples)
    {
        private static readonly UdpEndPoint Peer = new(0x0A00_0001, IsV6: false, 40_000);

        private readonly RtpReceiver _receiver = new(leg.Pipe, PayloadMap.Usual, TimeProvider.System.TimestampFrequency);
        private readonly byte[] _datagram = new byte[RtpPacket.FixedHeaderBytes + PacketSamples];

        public long Waiting => leg.Pipe.WaitingSamples;

        public void Send(int number)
        {
            // One in a hundred is lost: what a hole needs is part of what a call holds.
            if (number % 100 == 50) return;
            RtpPacket.WriteHeader(_datagram, false, 0, (ushort)number, (uint)number * PacketSamples, 1);
            var audio = number < Speech * PacketsPerSecond
                ? samples.Span.Slice(number * PacketSamples, PacketSamples)
                : stackalloc short[PacketSamples];
            G711.EncodeMuLaw(audio, _datagram.AsSpan(RtpPacket.FixedHeaderBytes));
            _receiver.Receive(_datagram, Peer, TimeProvider.System.GetTimestamp());
        }
    }

    private sealed class NothingHeard : ISpeechRecognizer
    {
        public string Name => "nothing";

        public ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default) =>
            ValueTask.FromResult(new Recognition
            {
                Text = "",
                Language = "en",
                Words = [],
                AverageLogProbability = -1,
                NoSpeechProbability = 1,
                IsSpeech = false,
                Stop = "end",
                Clock = new RecognitionClock(0, 0, request.Queued, request.Queued),
            });

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
