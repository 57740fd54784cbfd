using SpeechQA.Bench.Inflection;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;

namespace SpeechQA.Bench.Tests.Inflection;

public sealed class InflectionFiguresTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Auc_counts_ties_half()
    {
        Assert.Equal(1, RankStatistics.Auc([(true, 2), (false, 1), (false, 0)]));
        Assert.Equal(0.5, RankStatistics.Auc([(true, 1), (false, 1)]));
        // Of six pairs four are right and one is a tie.
        Assert.Equal(4.5 / 6, RankStatistics.Auc([(true, 3), (true, 1), (false, 0), (false, 1), (false, 2)]), 12);
        Assert.True(double.IsNaN(RankStatistics.Auc([(true, 1)])));
    }

    [Fact]
    public void Uar_weighs_both_classes_alike() =>
        Assert.Equal((0.5 + 1) / 2, RankStatistics.Uar([(true, 1), (true, 0), (false, 0), (false, -1), (false, -2), (false, -3)], 0));

    [Theory]
    [InlineData("anger", true, true, true)]
    [InlineData("fear", false, true, true)]
    [InlineData("happiness", false, false, true)]
    [InlineData("boredom", false, false, false)]
    [InlineData("disgust", false, null, null)]
    public void Labels_are_those_of_the_model_card(string emotion, bool anger, bool? negative, bool? arousal)
    {
        Assert.Equal(anger, CorpusFigures.Label(emotion, InflectionTarget.Anger));
        Assert.Equal(negative, CorpusFigures.Label(emotion, InflectionTarget.Negative));
        Assert.Equal(arousal, CorpusFigures.Label(emotion, InflectionTarget.Arousal));
    }

    [Fact]
    public void Figures_hold_targets_emotions_and_calibration()
    {
        HeardClip[] clips = [Clip("anger", 2, 0.95), Clip("anger", -1, 0.35), Clip("calm", -2, 0.05), Clip("calm", -3, 0.05)];
        var figures = CorpusFigures.Of("set", clips);
        var anger = figures.Targets.Single(t => t.Target == InflectionTarget.Anger);
        Assert.Equal((2, 2, 1.0, 0.75), (anger.Positive, anger.Negative, anger.Auc, anger.Uar));
        // A quarter of the weight each at 0.95 and 0.35, both angry; half at 0.05, all calm.
        Assert.Equal(0.25 * 0.05 + 0.25 * 0.65 + 0.5 * 0.05, anger.CalibrationError, 12);
        Assert.Equal(["anger", "calm"], figures.Emotions.Select(e => e.Emotion));
        Assert.Equal(0.5, figures.Emotions[0].Detected.Anger);
    }

    [Fact]
    public void Labels_are_read_with_quotes_spaces_and_any_order_of_columns()
    {
        Write("set", "speaker,file,emotion,transcript\n  07,set/a.flac,surprised,\"one, \"\"two\"\"\"\n8,set/b.flac,anger,x\n");
        var corpus = Assert.Single(InflectionLabels.Read(_folder));
        Assert.Equal("set", corpus.Name);
        Assert.Equal(new LabelledClip(Path.Combine(_folder, "set/a.flac"), "07", "surprise"), corpus.Clips[0]);
        Assert.Equal(2, corpus.Clips.Count);
        Assert.Equal("set", Assert.Single(InflectionLabels.Read(Path.Combine(_folder, "set"))).Name);
        Assert.Equal(["a", "b, \"c\"", ""], InflectionLabels.Fields("a,\"b, \"\"c\"\"\","));
    }

    [Theory]
    [InlineData("")]
    [InlineData("file,emotion\nset/a.flac,anger\n")]
    [InlineData("file,speaker,emotion\nset/a.flac,7\n")]
    public void Labels_without_the_columns_are_bad_input(string text)
    {
        Write("set", text);
        Assert.Contains("labels.csv", Assert.Throws<BadInputException>(() => InflectionLabels.Read(_folder)).Message);
    }

    [Fact]
    public void A_folder_without_labels_is_bad_input()
    {
        Assert.Throws<BadInputException>(() => InflectionLabels.Read(_folder));
        Assert.Throws<BadInputException>(() => InflectionLabels.Read(Path.Combine(_folder, "none")));
    }

    private void Write(string corpus, string text)
    {
        Directory.CreateDirectory(Path.Combine(_folder, corpus));
        File.WriteAllText(Path.Combine(_folder, corpus, "labels.csv"), text);
    }

    private static HeardClip Clip(string emotion, double logit, double probability) =>
        new(new LabelledClip("a", "1", emotion), InflectionScores.All(logit), InflectionScores.All(probability));
}
