using System.Globalization;
using SpeechQA.Engine.Inference.Models;

namespace SpeechQA.Bench.Micro;

/// <summary>
/// <c>voice</c>: the methods of <see cref="VoiceActivityBenchmarks"/> in turn by this thread's CPU time, for machines that others
/// use: their wall time is of no use there.
/// </summary>
internal static class VoiceByCpu
{
    private const int Rounds = 100, Calls = 5, Legs = 32;

    public static int Run()
    {
        var benchmarks = new VoiceActivityBenchmarks();
        benchmarks.Setup();
        (string Name, Action Call, double[] Microseconds)[] all =
        [
            ("ONNX Runtime alone", benchmarks.Alone, new double[Rounds]),
            ("ONNX Runtime in batches of 8", benchmarks.BatchesOfEight, new double[Rounds]),
            ("ONNX Runtime in batches of 32", benchmarks.BatchOfAll, new double[Rounds]),
            ("ours", () => benchmarks.Own(), new double[Rounds]),
        ];
        for (var round = 0; round < Rounds; round++)
            foreach (var (_, call, microseconds) in all)
            {
                var from = ModelCpu.Stamp();
                for (var i = 0; i < Calls; i++) call();
                microseconds[round] = (ModelCpu.Stamp() - from) / 1e3 / (Calls * Legs);
            }
        benchmarks.Cleanup();
        foreach (var (name, _, microseconds) in all)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name}: {Median(microseconds):0.0} us of CPU per frame (least {microseconds.Min():0.0}), "
                + $"{Median(all[0].Microseconds) / Median(microseconds):0.00} times as fast as the first"));
        return 0;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
