using System.Text;
using Spectre.Console;

namespace SpeechQA.Host.Output;

/// <summary>
/// Where a command writes: results on standard output, remarks and progress on standard error. Colours, tables and bars
/// only where a terminal is; a pipe or a file gets plain lines in UTF-8.
/// </summary>
internal sealed class ConsoleOutput
{
    private ConsoleOutput(TextWriter output, TextWriter errors, Stream bytes, bool isTerminal, bool errorsAreTerminal)
    {
        (Out, Errors, Bytes, IsTerminal) = (output, errors, bytes, isTerminal);
        Console = ConsoleOn(output, isTerminal);
        ErrorConsole = ConsoleOn(errors, errorsAreTerminal);
        ErrorsAreTerminal = errorsAreTerminal;
    }

    /// <summary>Standard output, as text.</summary>
    public TextWriter Out { get; }

    /// <summary>Standard output, as bytes; not to be mixed with <see cref="Out"/>.</summary>
    public Stream Bytes { get; }

    /// <summary>Standard error.</summary>
    public TextWriter Errors { get; }
    public bool IsTerminal { get; }
    public bool ErrorsAreTerminal { get; }

    /// <summary>Standard output with colours and tables.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Standard error with colours and bars.</summary>
    public IAnsiConsole ErrorConsole { get; }

    public static ConsoleOutput OfProcess()
    {
        if (!System.Console.IsOutputRedirected) System.Console.OutputEncoding = Encoding.UTF8;
        var bytes = System.Console.OpenStandardOutput();
        TextWriter output = System.Console.IsOutputRedirected
            ? new StreamWriter(bytes, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\n" }
            : System.Console.Out;
        return new ConsoleOutput(output, System.Console.Error, bytes, !System.Console.IsOutputRedirected,
            !System.Console.IsErrorRedirected);
    }

    /// <summary>Plain text to a stream: no terminal.</summary>
    public static ConsoleOutput Plain(Stream output, TextWriter errors) =>
        new(new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\n" }, errors,
            output, false, false);

    /// <summary>A line on standard error; above the bar when there is one.</summary>
    public void Remark(string line)
    {
        if (ErrorsAreTerminal) ErrorConsole.WriteLine(line);
        else Errors.WriteLine(line);
    }

    private static IAnsiConsole ConsoleOn(TextWriter writer, bool terminal) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(writer),
        Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
    });
}
