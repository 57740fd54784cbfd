using SpeechQA.Engine.Core;
using SpeechQA.Host.Sending;

namespace SpeechQA.Host.Demo;

/// <summary>The sample calls of the demo, begun one after another as calls come in at a contact centre.</summary>
internal sealed class SampleCalls(string folder, CallSender sender, TimeProvider time)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2.5);
    private static readonly string[] Agents = ["Mia", "Tom", "Léa", "Hugo", "Ana", "Ben", "Chloé", "Sam", "Inès", "Paul"];

    /// <summary>Calls sent so far, also those that were stopped.</summary>
    public int Sent { get; private set; }

    /// <summary>Sends calls in real time; returns when they have ended or were stopped.</summary>
    /// <exception cref="BadInputException">There are no sample calls, or the server refuses them.</exception>
    public async Task RunAsync(int calls, bool loop, CancellationToken cancellation)
    {
        // English and French in turn: their names begin with the language and a number.
        var files = Directory.GetFiles(folder, "*.wav").OrderBy(f => Path.GetFileName(f)[2..], StringComparer.Ordinal).ToArray();
        if (files.Length == 0) throw new BadInputException($"{folder}: no sample calls", "restore the samples folder");
        try
        {
            using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAll(Enumerable.Range(0, calls).Select(i => SendAsync(files[i % files.Length], i, loop, failed)))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C or the end of the given time: the calls have been ended.
        }
    }

    private async Task SendAsync(string file, int index, bool loop, CancellationTokenSource failed)
    {
        try
        {
            await Task.Delay(index * Between, time, failed.Token).ConfigureAwait(false);
            do
            {
                var language = Path.GetFileName(file)[..2];
                var call = await OutgoingRecording.LoadAsync(file, new OutgoingOptions
                {
                    Agent = Agents[index % Agents.Length],
                    Queue = $"Support {language.ToUpperInvariant()}",
                }, time, failed.Token).ConfigureAwait(false);
                Sent++;
                await sender.SendAsync(call, cancellation: failed.Token).ConfigureAwait(false);
            }
            while (loop);
        }
        catch (BadInputException)
        {
            await failed.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
