using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inflection;

namespace SpeechQA.Engine.Tests.Inflection;

public sealed class InflectionConfigTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    private static string Shipped => File.ReadAllText(Path.Combine(ModelFolder.Find().Path, "inflection", "config.json"));

    [Fact]
    public void The_shipped_head_is_read()
    {
        File.WriteAllText(_file, Shipped);
        var config = InflectionConfig.Read(_file);
        Assert.Equal("inflection.onnx", config.Model);
        Assert.Equal(InflectionTarget.Anger, config.Decision.Target);
        Assert.Equal(0.909, config.Decision.On);
        Assert.Equal(-3.648, config.Baseline.TrainedCalmMean.Anger);
        Assert.Equal(0.3758, config.Calibration.Anger.Offset);
        Assert.Equal(0.1, config.Gate.MaxLost);
        Assert.False(config.Legs.Agent);
    }

    [Theory]
    [InlineData("\"sample_rate\": 8000", "\"sample_rate\": 16000", "24000 samples")]
    [InlineData("\"target\": \"anger\"", "\"target\": \"joy\"", "decision.target")]
    [InlineData("\"model\": \"inflection.onnx\"", "\"model\": \"../x.onnx\"", "file name")]
    [InlineData("\"smooth_windows\": 3", "\"smooth_windows\": 0", "smooth_windows")]
    [InlineData("\"max_lost\": 0.1", "\"most_lost\": 0.1", "max_lost")]
    [InlineData("\"prior_s\": 6.0", "\"prior_s\": 0", "prior_s")]
    [InlineData("{", "", "config.json")]
    public void What_does_not_fit_is_named(string part, string other, string named)
    {
        File.WriteAllText(_file, Shipped.Replace(part, other, StringComparison.Ordinal));
        var e = Assert.Throws<BadInputException>(() => InflectionConfig.Read(_file));
        Assert.StartsWith(_file, e.Message);
        Assert.Contains(named, e.Message);
    }

    [Fact]
    public void A_missing_file_is_bad_input() =>
        Assert.Throws<BadInputException>(() => InflectionConfig.Read(_file + ".none"));
}
