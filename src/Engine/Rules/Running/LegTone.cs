using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection.Prosody;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;

namespace SpeechQA.Engine.Rules.Running;

/// <summary>How a leg speaks, for the conditions about it; remembers how the voice was raised last, as evidence.</summary>
internal sealed class LegTone
{
    /// <summary>A mark of the model names the raised voice that came so much before it.</summary>
    private const long Recent = AudioTime.Rate * 5;

    private InflectionMeasured? _raised;

    public void Take(InflectionMeasured measured)
    {
        if (measured.RaisedWindow) _raised = measured;
    }

    /// <summary>Whether what was just measured meets a condition.</summary>
    public Occurrence? Judge(RuleNode node, InflectionMeasured measured) => node.Condition switch
    {
        InflectionCondition { Mark: InflectionMark.Alert } mark when measured.Alert && measured.Line.Grade >= mark.Line =>
            Found(measured, Score(measured, "alert")),
        InflectionCondition { Mark: InflectionMark.Watch } mark when measured.Watch && measured.Line.Grade >= mark.Line =>
            Found(measured, Score(measured, "watch")),
        InflectionCondition { Mark: InflectionMark.Any } mark when double.IsFinite(measured.Score) && measured.Line.Grade >= mark.Line =>
            Found(measured, Score(measured, "any")),
        RaisedVoiceCondition raised when measured.RaisedVoice && measured.Line.Grade >= raised.Line && IsEnough(raised, measured.Change) =>
            Found(measured, null),
        _ => null,
    };

    private static bool IsEnough(RaisedVoiceCondition raised, in ProsodyChange change) =>
        change.Pitch >= raised.Semitones && (raised.Decibels is not { } decibels || change.LevelDb >= decibels);

    private Occurrence Found(InflectionMeasured measured, Evidence? score)
    {
        var raised = _raised is { } last && measured.End - last.End <= Recent ? Raised(last) : null;
        return new Occurrence
        {
            Start = measured.Start,
            End = measured.End,
            Decided = measured.Decided,
            Leg = measured.Leg,
            Evidence = [.. new[] { score, raised }.OfType<Evidence>()],
        };
    }

    private static string WithLine(string how, InflectionMeasured measured) => measured.Line.Describe() is { } line ? $"{how}, {line}"
        : how;

    private static Evidence Score(InflectionMeasured measured, string mark) => new()
    {
        Kind = "inflection",
        Party = measured.Party,
        Leg = measured.Leg,
        Start = measured.Start,
        End = measured.End,
        Pattern = mark,
        How = WithLine("heard by the model", measured),
        Value = Math.Round(measured.Score, 2),
        Limit = double.IsFinite(measured.Limit) ? measured.Limit : null,
        Unit = "score",
    };

    private static Evidence Raised(InflectionMeasured measured) => new()
    {
        Kind = "raisedVoice",
        Party = measured.Party,
        Leg = measured.Leg,
        Start = measured.Start,
        End = measured.End,
        How = WithLine(ProsodyPhrases.Describe(measured.Change) ?? "voice raised", measured),
        Value = Math.Round(measured.Change.Pitch, 1),
        Unit = "semitones",
    };
}
