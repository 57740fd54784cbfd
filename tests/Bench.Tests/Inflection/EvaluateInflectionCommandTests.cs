using System.Text;
using System.Text.Json;
using SpeechQA.Bench.Inflection;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Commands;
using SpeechQA.Host.Output;
using SpeechQA.Host.Tests;

namespace SpeechQA.Bench.Tests.Inflection;

public sealed class EvaluateInflectionCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MemoryStream _output = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_corpus_target_and_emotion_has_a_line_and_the_json_has_no_holes()
    {
        Clips("anger", "neutral", "neutral");
        var json = Path.Combine(_folder.Path, "figures.json");
        Assert.Equal(ExitCode.Done, await Run(null, json));
        var rows = Encoding.UTF8.GetString(_output.ToArray()).Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(r => r.Length > 0 && r[0] == "acted").ToList();
        Assert.Equal(["anger", "negative", "arousal"], rows.Where(r => r.Length == 7).Select(r => r[1]));
        Assert.Equal([("anger", "1"), ("neutral", "2")], rows.Where(r => r.Length == 9).Select(r => (r[1], r[2])));
        using var figures = JsonDocument.Parse(File.ReadAllText(json));
        var corpus = Assert.Single(figures.RootElement.GetProperty("corpora").EnumerateArray());
        Assert.Equal(3, corpus.GetProperty("clips").GetInt32());
        Assert.Equal(["anger", "negative", "arousal"], corpus.GetProperty("targets").EnumerateArray()
            .Select(t => t.GetProperty("target").GetString()));
        Assert.All(corpus.GetProperty("targets").EnumerateArray(), t => Assert.InRange(t.GetProperty("auc").GetDouble(), 0, 1));
    }

    [Fact]
    public async Task A_class_without_clips_leaves_its_figures_open()
    {
        Clips("neutral");
        var json = Path.Combine(_folder.Path, "figures.json");
        Assert.Equal(ExitCode.Done, await Run(null, json));
        using var figures = JsonDocument.Parse(File.ReadAllText(json));
        Assert.Equal(JsonValueKind.Null, figures.RootElement.GetProperty("corpora")[0].GetProperty("targets")[0].GetProperty("auc")
            .ValueKind);
    }

    [Fact]
    public async Task A_folder_without_labels_is_named() =>
        Assert.Contains("labels.csv", (await Assert.ThrowsAsync<BadInputException>(() => Run(null, null))).Message);

    [Fact]
    public async Task Without_a_model_there_is_nothing_to_measure()
    {
        Clips("anger");
        Assert.Contains("--inflection none", (await Assert.ThrowsAsync<BadInputException>(() => Run("none", null))).Message);
    }

    private Task<int> Run(string? inflection, string? json) =>
        EvaluateInflectionCommand.RunAsync(_folder.Path, null, inflection, 1, json, ConsoleOutput.Plain(_output, TextWriter.Null), default);

    /// <summary>Tones of a second, one for each emotion.</summary>
    private void Clips(params string[] emotions)
    {
        var labels = new StringBuilder("file,speaker,emotion\n");
        for (var i = 0; i < emotions.Length; i++)
        {
            _folder.Write($"acted/{i}.wav", Tone(200 + 40 * i));
            labels.Append($"acted/{i}.wav,s{i},{emotions[i]}\n");
        }
        _folder.Write("acted/labels.csv", Encoding.UTF8.GetBytes(labels.ToString()));
    }

    private static byte[] Tone(double hertz)
    {
        var samples = Enumerable.Range(0, 8000).Select(n => (short)(8000 * Math.Sin(2 * Math.PI * hertz * n / 8000))).ToArray();
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write("RIFF"u8);
        writer.Write(36 + 2 * samples.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(8000);
        writer.Write(16_000);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(2 * samples.Length);
        foreach (var sample in samples) writer.Write(sample);
        return bytes.ToArray();
    }
}
