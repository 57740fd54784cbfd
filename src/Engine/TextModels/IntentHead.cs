using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.TextModels;

/// <summary>A ready intent of the text model. Its outputs are not calibrated: thresholds of 0.006 are normal.</summary>
/// <param name="Threshold">1 % false alarms on the model's dev split.</param>
/// <param name="ThresholdStrict">0.2 % false alarms there.</param>
/// <param name="Speaker">Whose words it is meant for; on the other party's leg it means nothing.</param>
/// <param name="Meaning">For a person.</param>
public sealed record IntentHead(string Name, float Threshold, float ThresholdStrict, Party Speaker, string Meaning)
{
    /// <summary>How far an output lies above the threshold, in log-odds (natural); below 0 it does not fire.</summary>
    /// <param name="output">0..1.</param>
    public double Margin(float output) => LogOdds(output) - LogOdds(Threshold);

    private static double LogOdds(double p)
    {
        p = Math.Clamp(p, 1e-9, 1 - 1e-9);
        return Math.Log(p / (1 - p));
    }
}
