using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Utterances;

namespace SpeechQA.Engine.Calls.Legs;

/// <summary>Words of a recogniser, which count from the beginning of their audio, at their places in the call.</summary>
internal static class RecognizedWords
{
    // Whisper's first word starts at 0.00 even if the speech starts later: the voice's start is better.
    public static SpokenWord[] Place(Recognition result, UtteranceSpan span)
    {
        var words = new SpokenWord[result.Words.Count];
        for (var i = 0; i < words.Length; i++)
        {
            var w = result.Words[i];
            var start = Math.Max(span.VoiceStart, span.Start + AudioTime.Position(w.Start));
            words[i] = new SpokenWord(w.Text, start, Math.Max(start, span.Start + AudioTime.Position(w.End)), MathF.Exp(w.LogProbability));
        }
        return words;
    }
}
