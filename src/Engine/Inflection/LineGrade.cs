using System.Globalization;

namespace SpeechQA.Engine.Inflection;

/// <summary>What the line left of a window of speech, from worse to better. Beyond poor the window says nothing (the gate).</summary>
public enum LineGrade
{
    /// <summary>All that the gate lets through.</summary>
    Poor,

    /// <summary>At most 5 % lost, speech at least 12 dB over the noise: it is noticed, words and pitch remain.</summary>
    Fair,

    /// <summary>At most 1 % lost, speech at least 20 dB over the noise: hardly to be heard (ITU-T G.113 appendix I).</summary>
    Good,
}

/// <summary>The line of a window of speech.</summary>
/// <param name="LostShare">Share of it that was lost on the way, concealed or not, 0..1.</param>
/// <param name="SnrDb">Level of the speech over the noise, dB.</param>
public readonly record struct LineOfSpeech(double LostShare, double SnrDb)
{
    /// <summary>A line that leaves nothing to be wished.</summary>
    public static readonly LineOfSpeech Clean = new(0, double.PositiveInfinity);

    /// <summary>By the limits of <see cref="LineGrade"/>; the worse of both counts.</summary>
    public LineGrade Grade => this switch
    {
        { LostShare: <= 0.01, SnrDb: >= 20 } => LineGrade.Good,
        { LostShare: <= 0.05, SnrDb: >= 12 } => LineGrade.Fair,
        _ => LineGrade.Poor,
    };

    /// <summary>What is wrong with it, for evidence: <c>on a poor line (7 % lost)</c>; null when it is good.</summary>
    public string? Describe()
    {
        if (Grade == LineGrade.Good) return null;
        List<string> reasons = [];
        if (LostShare > 0.01) reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{LostShare * 100:0} % lost"));
        if (SnrDb < 20) reasons.Add(string.Create(CultureInfo.InvariantCulture, $"speech {SnrDb:0} dB over the noise"));
        return $"on a {Grade.ToString().ToLowerInvariant()} line ({string.Join(", ", reasons)})";
    }
}
