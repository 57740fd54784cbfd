using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Conversation;

/// <summary>What is told to a call's timeline of the sound of a line.</summary>
/// <param name="Over">It holds no longer: sound has come after all, and the warning is taken back.</param>
internal sealed record LineNote(SoundWarning Warning, bool Over);
