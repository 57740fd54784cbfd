namespace SpeechQA.Engine.Core;

/// <summary>
/// Input from outside that cannot be used: a file, a capture, a rule, a model, an option. The message is one line for a
/// person; it names the thing, the cause and the remedy. Programs print it and exit with 1; HTTP answers with a 4xx.
/// </summary>
/// <param name="cause">What is wrong, naming the thing: <c>"call.wav: not a RIFF file"</c>.</param>
/// <param name="remedy">What to do about it: <c>"give a WAV or FLAC recording"</c>.</param>
public sealed class BadInputException(string cause, string remedy, Exception? inner = null)
    : Exception($"{cause}; {remedy}", inner)
{
    /// <summary>What is wrong, naming the thing.</summary>
    public string Cause { get; } = cause;

    /// <summary>What to do about it.</summary>
    public string Remedy { get; } = remedy;
}
