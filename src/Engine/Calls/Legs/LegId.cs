using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Calls.Legs;

/// <summary>Which leg of its call.</summary>
/// <param name="Index">0 or 1.</param>
/// <param name="Party">Who speaks on it.</param>
internal readonly record struct LegId(int Index, Party Party);
