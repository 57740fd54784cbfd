using Spectre.Console;

namespace SpeechQA.Host.Output;

/// <summary>A bar on standard error that shows how many calls are done; nothing where there is no terminal.</summary>
internal static class CallProgress
{
    /// <param name="shown">False: never, because results go to the same terminal meanwhile.</param>
    /// <param name="total">Calls in all.</param>
    /// <param name="work">Calls its argument for each call that is done.</param>
    public static async Task RunAsync(ConsoleOutput console, bool shown, string title, int total, Func<Action, Task> work)
    {
        if (!shown || !console.ErrorsAreTerminal || total == 0)
        {
            await work(() => { }).ConfigureAwait(false);
            return;
        }
        await console.ErrorConsole.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(),
                new SpinnerColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(title, maxValue: total);
                await work(() =>
                {
                    bar.Increment(1);
                    bar.Description = FormattableString.Invariant($"{title} {bar.Value:0}/{total}");
                }).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }
}
