namespace SpeechQA.Host.Commands;

/// <summary>What the process answers to whoever started it.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>A file, a rule, a model or a peer could not be used; one line on stderr says which and why.</summary>
    public const int BadInput = 1;

    /// <summary>The command line was wrong.</summary>
    public const int Usage = 2;

    /// <summary>An error of the program itself.</summary>
    public const int Internal = 3;

    /// <summary>Ctrl-C or SIGTERM before the work was done.</summary>
    public const int Stopped = 130;
}
