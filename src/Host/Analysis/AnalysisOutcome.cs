namespace SpeechQA.Host.Analysis;

/// <summary>What became of an input: its calls (a capture may hold several), and what was wrong with it.</summary>
/// <param name="Fault">One line for a person, or null when all of it could be used.</param>
internal sealed record AnalysisOutcome(AnalysisInput Input, IReadOnlyList<CallAnalysis> Calls, string? Fault);
