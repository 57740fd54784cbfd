using System.Text.Json;
using System.Text.Json.Serialization;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection.Signal;

namespace SpeechQA.Engine.Inflection;

/// <summary>
/// <c>config.json</c> beside an inflection graph: every constant of the streaming path. Another head is another folder.
/// </summary>
public sealed record InflectionConfig
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>File name of the graph, in the same folder.</summary>
    public required string Model { get; init; }

    /// <summary>Version of the head; baselines of another version do not fit.</summary>
    public required int Version { get; init; }

    /// <summary>Samples per second that the model hears, 8,000.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Samples of a window.</summary>
    public required int WindowSamples { get; init; }

    /// <summary>Samples from one window to the next.</summary>
    public required int HopSamples { get; init; }

    /// <summary>What a window must hold to be judged.</summary>
    public required GateLimits Gate { get; init; }

    /// <summary>How a caller's calm speech is learnt.</summary>
    public required BaselineSettings Baseline { get; init; }

    /// <summary>From logits to scores of 0..1.</summary>
    public required CalibrationSettings Calibration { get; init; }

    /// <summary>When the strict state goes up and down.</summary>
    public required DecisionSettings Decision { get; init; }

    /// <summary>When a watch mark is set.</summary>
    public required WatchSettings Watch { get; init; }

    /// <summary>Whose voices are judged.</summary>
    public required LegSettings Legs { get; init; }

    /// <param name="path">The file.</param>
    /// <exception cref="BadInputException">Missing, not JSON, or not for this engine.</exception>
    public static InflectionConfig Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var config = JsonSerializer.Deserialize<InflectionConfig>(file, Json);
            return config?.Checked(path) ?? throw new BadInputException($"{path}: empty", Remedy);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: {e.Message.Split('\n', 2)[0]}", Remedy, e);
        }
    }

    private const string Remedy = "give the config.json that was exported with the head, or run with --inflection none";

    private InflectionConfig Checked(string path)
    {
        if (Path.GetFileName(Model) != Model || Model.Length == 0) Refuse("model must be a file name");
        if (SampleRate != InflectionAudio.Rate || WindowSamples != InflectionAudio.WindowSamples
            || HopSamples != InflectionAudio.HopSamples)
            Refuse("only windows of 24000 samples every 4000 at 8000 Hz are supported");
        if (Decision.SmoothWindows is < 1 or > DecisionSettings.MostSmoothWindows)
            Refuse($"decision.smooth_windows must be 1..{DecisionSettings.MostSmoothWindows}");
        if (!(Decision.Off <= Decision.On)) Refuse("decision.off must not be above decision.on");
        if (!(Baseline.PriorS > 0 && Baseline.MemoryS >= 1)) Refuse("baseline.prior_s must be above 0 and memory_s at least 1");
        return this;

        void Refuse(string cause) => throw new BadInputException($"{path}: {cause}", Remedy);
    }
}

/// <summary>A window that does not keep these limits says nothing.</summary>
/// <param name="MinActiveS">Active speech, seconds.</param>
/// <param name="MinSnrDb">Speech over noise, dB.</param>
/// <param name="MaxClipped">Share of samples at full scale, 0..1.</param>
/// <param name="MaxLost">Share of the window that was lost on the way, 0..1.</param>
public sealed record GateLimits(double MinActiveS, double MinSnrDb, double MaxClipped, double MaxLost);

/// <param name="TrainedCalmMean">Mean logits of calm speech in training: the site's until its own are known.</param>
/// <param name="Strength">Share of the own calm mean that is subtracted, 0..1.</param>
/// <param name="SiteStrength">Share of the site's calm mean that is subtracted, 0..1.</param>
/// <param name="PriorS">Seconds of speech that the site's mean is worth.</param>
/// <param name="Clip">A logit enters the mean at most this far from the site's.</param>
/// <param name="MemoryS">The mean forgets as if it were over so many seconds of speech.</param>
/// <param name="Below">Only windows that score below enter the baseline.</param>
public sealed record BaselineSettings(InflectionScores TrainedCalmMean, double Strength, double SiteStrength, double PriorS, double Clip,
    double MemoryS, double Below);

/// <summary>probability = sigmoid(scale * logit + offset).</summary>
public sealed record CalibrationLine(double Scale, double Offset)
{
    /// <summary>The score of a logit, 0..1 (Platt scaling).</summary>
    public double Apply(double logit) => 1 / (1 + Math.Exp(-(Scale * logit + Offset)));
}

/// <summary>The calibration of each target.</summary>
public sealed record CalibrationSettings(CalibrationLine Negative, CalibrationLine Anger, CalibrationLine Arousal)
{
    /// <summary>Scores of 0..1.</summary>
    public InflectionScores Apply(InflectionScores logits) =>
        new(Negative.Apply(logits.Negative), Anger.Apply(logits.Anger), Arousal.Apply(logits.Arousal));
}

/// <param name="Target">The score that decides.</param>
/// <param name="SmoothWindows">Usable windows that the score is the mean of.</param>
/// <param name="On">Score from which the state turns on, for <paramref name="OnWindows"/> usable windows.</param>
/// <param name="Off">Score below which it turns off, for <paramref name="OffWindows"/> usable windows.</param>
/// <param name="MinSpeechS">Active speech of the leg before the first alert, seconds.</param>
/// <param name="PauseS">From one alert to the next, seconds.</param>
public sealed record DecisionSettings(InflectionTarget Target, int SmoothWindows, double On, double Off, int OnWindows, int OffWindows,
    double MinSpeechS, double PauseS)
{
    internal const int MostSmoothWindows = 60;
}

/// <param name="On">Score needed, for <paramref name="OnWindows"/> usable windows.</param>
/// <param name="RaisedWithinS">A raised window must be no older, seconds.</param>
/// <param name="PauseS">From one mark to the next, seconds.</param>
public sealed record WatchSettings(double On, int OnWindows, double RaisedWithinS, double PauseS);

/// <summary>Whose voice may be judged; see the model card for the law about the agent's.</summary>
public sealed record LegSettings(bool Caller, bool Agent);
