using Spectre.Console;
using SpeechQA.Host.Api;

namespace SpeechQA.Host.Sending;

/// <summary>Shows how far a call is while it is sent: a bar on a terminal, two plain lines elsewhere.</summary>
internal static class SendProgress
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    /// <param name="send">Sends the call; tells when it has been opened.</param>
    public static async Task<long> RunAsync(IAnsiConsole console, OutgoingCall call, double speed, TimeProvider time,
        Func<Action<CallOpened>, Task<long>> send)
    {
        if (!console.Profile.Out.IsTerminal) return await send(opened => console.WriteLine(LineOf(call, opened))).ConfigureAwait(false);
        return await console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
        {
            var bar = context.AddTask(Markup.Escape(call.Name), maxValue: call.Duration.TotalSeconds);
            var sending = send(opened => bar.Description = Markup.Escape(LineOf(call, opened)));
            var started = time.GetTimestamp();
            while (!sending.IsCompleted)
            {
                bar.Value = Math.Min(bar.MaxValue, time.GetElapsedTime(started).TotalSeconds * speed);
                await Task.WhenAny(sending, Task.Delay(Period, time)).ConfigureAwait(false);
            }
            return await sending.ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private static string LineOf(OutgoingCall call, CallOpened opened) => $"{call.Name} is call {opened.Id}";
}
