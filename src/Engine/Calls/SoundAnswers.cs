using System.Collections.Concurrent;

namespace SpeechQA.Engine.Calls;

/// <summary>What the audio thinks of a reading.</summary>
/// <param name="Loose">The reading as the recogniser would write it.</param>
/// <param name="Difference">How much more likely it is than the transcript, natural-log units.</param>
internal readonly record struct SoundAnswer(string Loose, double Difference);

/// <summary>What the recogniser has been asked of one utterance while it was being spoken: more audio brings the same candidates again and again. Two looks may overlap.</summary>
internal sealed class SoundAnswers
{
    private readonly ConcurrentDictionary<(string Written, string Reading), SoundAnswer> _answers = [];

    /// <param name="written">Words of the transcript.</param>
    /// <param name="reading">Words in their place.</param>
    public SoundAnswer? Of(string written, string reading) => _answers.TryGetValue((written, reading), out var answer) ? answer : null;

    /// <inheritdoc cref="Of"/>
    public void Add(string written, string reading, SoundAnswer answer) => _answers[(written, reading)] = answer;
}
