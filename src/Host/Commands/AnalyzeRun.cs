using SpeechQA.Host.Analysis;
using SpeechQA.Host.Output;

namespace SpeechQA.Host.Commands;

/// <param name="Format"><c>json</c>, <c>text</c>, <c>srt</c> or <c>vtt</c>.</param>
/// <param name="Verbose">Shows the stack traces of errors.</param>
internal sealed record AnalyzeRequest(IReadOnlyList<AnalysisInput> Inputs, EngineOptions Engine, AnalysisSettings Settings, string Format,
    bool Verbose);

/// <summary>
/// Analyses the inputs, several at the same time, and writes each as soon as its turn has come. What is wrong with one
/// input is one line on standard error; the others go on.
/// </summary>
internal sealed class AnalyzeRun(AnalyzeRequest request, ConsoleOutput screen)
{
    private int _faults;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        if (request.Format is "srt" or "vtt" && request.Inputs.Count > 1)
            throw new UsageException($"--format {request.Format} writes one document; {request.Inputs.Count} recordings are given");
        var log = new ErrorLines(screen.Remark, request.Verbose);
        using var logs = LoggerFactory.Create(b => b.AddProvider(log));
        await using var setup = EngineSetup.Load(request.Engine, logs);
        var analyzer = new CallAnalyzer(setup.Engine);
        var shown = !screen.IsTerminal || request.Format == "text";
        try
        {
            await CallProgress.RunAsync(screen, shown, "analysing", request.Inputs.Count, async done =>
            {
                var outcomes = OrderedRun.RunAsync(request.Inputs, request.Engine.Workers + 1,
                    (input, stop) => analyzer.AnalyzeAsync(input, request.Settings, stop), cancellation);
                await foreach (var outcome in outcomes.ConfigureAwait(false))
                {
                    Write(outcome);
                    done();
                }
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            screen.Remark("stopped before the end; what was finished is complete");
            return ExitCode.Stopped;
        }
        return log.Count > 0 ? ExitCode.Internal : _faults > 0 ? ExitCode.BadInput : ExitCode.Done;
    }

    private void Write(AnalysisOutcome outcome)
    {
        foreach (var call in outcome.Calls)
        {
            Write(call);
            foreach (var warning in call.Warnings) screen.Remark($"warning: {call.Source}: {WarningLine.Of(warning)}");
        }
        if (outcome.Fault is null) return;
        _faults++;
        screen.Remark($"error: {outcome.Fault}");
    }

    private void Write(CallAnalysis call)
    {
        switch (request.Format)
        {
            case "json":
                CallJson.WriteLine(screen.Bytes, call);
                break;
            case "srt":
                Subtitles.WriteSrt(screen.Out, call);
                break;
            case "vtt":
                Subtitles.WriteVtt(screen.Out, call);
                break;
            default:
                // Where the bar is on the same terminal, the console that draws it must write above it.
                if (screen.IsTerminal) CallText.WriteDrawn(screen.ErrorsAreTerminal ? screen.ErrorConsole : screen.Console, call);
                else CallText.WritePlain(screen.Out, call);
                break;
        }
    }
}
