using SpeechQA.Engine;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Ingest;

namespace SpeechQA.Host.Analysis;

/// <summary>How recordings are to be understood.</summary>
/// <param name="Language">A code, or <c>auto</c>.</param>
/// <param name="AgentChannel">1 or 2; the other channel is the customer. A recording of one channel has an unknown party.</param>
internal sealed record AnalysisSettings(string Language = "auto", int AgentChannel = 1);

/// <summary>Puts recordings through an engine, as fast as it takes them, and answers with the finished calls.</summary>
internal sealed class CallAnalyzer(SpeechEngine engine)
{
    /// <summary>Never throws for bad input: that is in the outcome.</summary>
    public async Task<AnalysisOutcome> AnalyzeAsync(AnalysisInput input, AnalysisSettings settings, CancellationToken cancellation = default)
    {
        if (input.Fault is not null) return new AnalysisOutcome(input, [], input.Fault);
        try
        {
            return new AnalysisOutcome(input, [await RecordingAsync(input, settings, cancellation).ConfigureAwait(false)], null);
        }
        catch (BadInputException e)
        {
            return new AnalysisOutcome(input, [], e.Message);
        }
    }

    private async Task<CallAnalysis> RecordingAsync(AnalysisInput input, AnalysisSettings settings, CancellationToken cancellation)
    {
        await using var recording = await Recordings.OpenAsync(input.Path, cancellation).ConfigureAwait(false);
        var (call, _) = engine.Open(new CallOptions
        {
            Language = settings.Language,
            Live = false,
            Legs = [.. PartiesOf(recording.Channels, settings.AgentChannel).Select(p => new LegOptions(p, recording.SampleRate))],
        });
        try
        {
            await RecordingPlayer.PlayAsync(recording, call, [.. Enumerable.Range(0, recording.Channels)], cancellation).ConfigureAwait(false);
        }
        finally
        {
            await call.Completion.ConfigureAwait(false);
        }
        return CallAnalysis.Of(call, input.Source, recording.Warning);
    }

    private static Party[] PartiesOf(int channels, int agentChannel) => (channels, agentChannel) switch
    {
        (1, _) => [Party.Unknown],
        (_, 1) => [Party.Agent, Party.Customer],
        _ => [Party.Customer, Party.Agent],
    };
}
