namespace SpeechQA.Host.Server;

/// <summary>The command line listens for Ctrl-C and SIGTERM and stops the server; the server itself does not.</summary>
internal sealed class CommandLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
