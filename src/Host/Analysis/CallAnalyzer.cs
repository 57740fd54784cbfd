using System.Globalization;
using SpeechQA.Engine;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Ingest.Pcap;
using SpeechQA.Engine.Ingest.Rtp.Captures;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Host.Analysis;

/// <summary>How recordings are to be understood.</summary>
/// <param name="Language">A code, or <c>auto</c>.</param>
/// <param name="AgentChannel">
/// 1 or 2; the other channel is the customer. A recording of one channel has an unknown party. In a capture: the stream
/// that came first, or the other.
/// </param>
/// <param name="Unmasked">See <see cref="CallOptions.Unmasked"/>.</param>
internal sealed record AnalysisSettings(string Language = "auto", int AgentChannel = 1, bool Unmasked = false);

/// <summary>Puts recordings through an engine, as fast as it takes them, and answers with the finished calls.</summary>
/// <param name="line">What a line does to the recordings before they are heard; null: nothing. Captures come as they are.</param>
internal sealed class CallAnalyzer(SpeechEngine engine, Func<IRecording, IRecording>? line = null)
{
    /// <summary>Never throws for bad input: that is in the outcome.</summary>
    public async Task<AnalysisOutcome> AnalyzeAsync(AnalysisInput input, AnalysisSettings settings,
        CancellationToken cancellation = default)
    {
        if (input.Fault is not null) return new AnalysisOutcome(input, [], input.Fault);
        try
        {
            return new AnalysisOutcome(input, CaptureReader.IsCapture(input.Path)
                ? await CaptureAsync(input, settings, cancellation).ConfigureAwait(false)
                : [await RecordingAsync(input, settings, cancellation).ConfigureAwait(false)], null);
        }
        catch (BadInputException e)
        {
            return new AnalysisOutcome(input, [], e.Message);
        }
    }

    private async Task<CallAnalysis> RecordingAsync(AnalysisInput input, AnalysisSettings settings, CancellationToken cancellation)
    {
        var opened = await Recordings.OpenAsync(input.Path, cancellation).ConfigureAwait(false);
        return await AnalyzeAsync(line is null ? opened : line(opened), input.Source, settings, cancellation).ConfigureAwait(false);
    }

    /// <summary>Analyses a recording that is open, and closes it.</summary>
    /// <param name="source">What the output calls it.</param>
    public async Task<CallAnalysis> AnalyzeAsync(IRecording audio, string source, AnalysisSettings settings,
        CancellationToken cancellation = default)
    {
        await using var recording = audio;
        var (first, second) = PartiesOf(settings);
        Party[] parties = recording.Channels == 1 ? [Party.Unknown] : [first, second];
        var call = await FollowAsync(settings, [.. parties.Select(p => new LegOptions(p, recording.SampleRate))],
            opened => RecordingPlayer.PlayAsync(recording, opened, [.. Enumerable.Range(0, recording.Channels)], cancellation))
                .ConfigureAwait(false);
        return CallAnalysis.Of(call, source);
    }

    private async Task<IReadOnlyList<CallAnalysis>> CaptureAsync(AnalysisInput input, AnalysisSettings settings,
        CancellationToken cancellation)
    {
        var replay = await CaptureReplay.OpenAsync(input.Path, new CaptureReplayOptions { Parties = PartiesOf(settings) }, cancellation)
            .ConfigureAwait(false);
        var calls = new List<CallAnalysis>();
        foreach (var captured in replay.Calls)
        {
            var call = await FollowAsync(settings, [.. captured.Legs.Select(l => new LegOptions(l.Party, l.Format.ClockRate))],
                opened =>
            {
                foreach (var warning in replay.WarningsOf(captured)) opened.Warn(warning);
                return replay.ReplayAsync(captured, [.. opened.Legs.Select(l => l.Pipe)], ReplayPace.FullSpeed,
                    onWarning: (leg, warning, over) => opened.Warn(warning, leg, over), cancellation: cancellation);
            }).ConfigureAwait(false);
            var source = replay.Calls.Count == 1
                ? input.Source
                : string.Create(CultureInfo.InvariantCulture, $"{input.Source}#{calls.Count + 1}");
            calls.Add(CallAnalysis.Of(call, source));
        }
        return calls;
    }

    /// <summary>Opens a call, lets its audio in, and waits until all of it is worked through.</summary>
    /// <param name="play">Completes the legs' pipes, however it ends.</param>
    private async Task<Call> FollowAsync(AnalysisSettings settings, IReadOnlyList<LegOptions> legs, Func<Call, Task> play)
    {
        var (call, _) = engine.Open(new CallOptions
        {
            Language = settings.Language,
            Live = false,
            Legs = legs,
            Unmasked = settings.Unmasked
        });
        try
        {
            await play(call).ConfigureAwait(false);
        }
        finally
        {
            await call.Completion.ConfigureAwait(false);
        }
        return call;
    }

    private static (Party First, Party Second) PartiesOf(AnalysisSettings settings) =>
        settings.AgentChannel == 1 ? (Party.Agent, Party.Customer) : (Party.Customer, Party.Agent);
}
