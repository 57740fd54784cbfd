using System.Collections.Concurrent;

namespace SpeechQA.Engine.Calls.Phonetic;

/// <summary>What the audio thinks of a reading.</summary>
/// <param name="Loose">The reading as the recogniser would write it.</param>
/// <param name="Difference">How much more likely it is than the transcript, natural-log units.</param>
internal readonly record struct PhoneticAnswer(string Loose, double Difference);

/// <summary>
/// What the recogniser has been asked of one piece of audio, or of an utterance while it was being spoken: the same candidates come again
/// and again. Two looks may overlap.
/// </summary>
internal sealed class PhoneticAnswers
{
    /// <summary>Where the words stand does not matter: there may be more or fewer before them when the next question comes.</summary>
    public const int Anywhere = -1;

    private readonly ConcurrentDictionary<(int Place, string Written, string Reading), PhoneticAnswer> _answers = [];

    /// <param name="place">Index of the first of the words, or <see cref="Anywhere"/>.</param>
    /// <param name="written">Words of the transcript.</param>
    /// <param name="reading">Words in their place.</param>
    public PhoneticAnswer? Of(int place, string written, string reading) => _answers.TryGetValue((place, written, reading), out var answer)
        ? answer : null;

    /// <inheritdoc cref="Of"/>
    public void Add(int place, string written, string reading, PhoneticAnswer answer) => _answers[(place, written, reading)] = answer;
}
