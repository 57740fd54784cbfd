using Microsoft.ML.OnnxRuntime;
using SpeechQA.Engine.Inflection;
using Xunit.Abstractions;

namespace SpeechQA.Engine.Tests.Inflection;

/// <summary>The model that we compute agrees with the graph in ONNX Runtime.</summary>
[Collection(InflectionCollection.Name)]
public sealed class InflectionModelTests(InflectionFixture fixture, ITestOutputHelper output)
{
    private static readonly string[] Outputs = ["negative", "anger", "arousal"];

    [Fact]
    public async Task Logits_are_those_of_the_graph()
    {
        using var golden = GoldenFiles.Json("windows.json");
        using var options = new RunOptions();
        var graph = fixture.Sessions.Open("inflection/" + fixture.Model.Config.Model);
        using var run = fixture.Model.NewRun();
        var differences = new List<float>();
        foreach (var row in golden.RootElement.EnumerateArray())
        {
            var scores = run.Listen(await GoldenFiles.WindowAsync(row), new WindowMel());
            using var mel = OrtValue.CreateTensorValueFromMemory(run.Mel.ToArray(), [1, 80, 300]);
            using var logits = graph.Run(options, ["mel"], [mel], Outputs);
            float[] have = [(float)scores.Negative, (float)scores.Anger, (float)scores.Arousal];
            for (var i = 0; i < Outputs.Length; i++) differences.Add(Math.Abs(logits[i].GetTensorDataAsSpan<float>()[0] - have[i]));
        }
        output.WriteLine($"{differences.Count} logits: {differences.Average():F4} on average, {differences.Max():F4} at most.");
        Assert.InRange(differences.Average(), 0, 0.05);
        Assert.InRange(differences.Max(), 0, 0.15);
    }
}
