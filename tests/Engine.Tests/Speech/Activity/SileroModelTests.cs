using Microsoft.ML.OnnxRuntime;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Tests.Fakes;
using SpeechQA.Engine.Tests.Inflection;
using Xunit.Abstractions;

namespace SpeechQA.Engine.Tests.Speech.Activity;

public sealed class SileroModelTests(VoiceModel voice, ITestOutputHelper output) : IClassFixture<VoiceModel>
{
    private const int Frame = SileroModel.FrameSamples;

    private static async Task<float[]> LegAsync(string call, int channel) =>
        GoldenFiles.Wideband(await GoldenFiles.CallAsync($"samples/audio/{call}.wav", channel));

    /// <summary>The same graph in ONNX Runtime, with a leg's context and state.</summary>
    private sealed class Reference : IDisposable
    {
        private const int Context = 64;

        private readonly ModelSessions _sessions = new(ModelFolder.Find(Repository.Path("models")));
        private readonly InferenceSession _session;
        private readonly RunOptions _options = new();
        private readonly float[] _input = new float[Context + Frame];
        private float[] _state = new float[2 * 128];

        public Reference() => _session = _sessions.Open("silero-vad/silero_vad.onnx");

        public ReadOnlySpan<float> Hidden => _state.AsSpan(0, 128);
        public ReadOnlySpan<float> Cell => _state.AsSpan(128);

        public void Skip(ReadOnlySpan<float> frame) => frame[^Context..].CopyTo(_input);

        public float Next(ReadOnlySpan<float> frame)
        {
            frame.CopyTo(_input.AsSpan(Context));
            using var input = OrtValue.CreateTensorValueFromMemory(_input, [1, Context + Frame]);
            using var state = OrtValue.CreateTensorValueFromMemory(_state, [2, 1, 128]);
            using var rate = OrtValue.CreateTensorValueFromMemory(new long[] { AudioTime.Rate }, []);
            using var results = _session.Run(_options, ["input", "state", "sr"], [input, state, rate], ["output", "stateN"]);
            _state = results[1].GetTensorDataAsSpan<float>().ToArray();
            Skip(frame);
            return results[0].GetTensorDataAsSpan<float>()[0];
        }

        public void Dispose()
        {
            _options.Dispose();
            _sessions.Dispose();
        }
    }

    /// <summary>In parts of the value where that is above 1: some cells of the LSTM count up to tens of thousands.</summary>
    private static float Farthest(ReadOnlySpan<float> values, ReadOnlySpan<float> expected)
    {
        var farthest = 0f;
        for (var i = 0; i < values.Length; i++)
            farthest = Math.Max(farthest, Math.Abs(values[i] - expected[i]) / Math.Max(1, Math.Abs(expected[i])));
        return farthest;
    }

    /// <param name="skipped">So many of a hundred frames are skipped.</param>
    [Theory]
    [InlineData("en-02-bank-card", 0, 0)]
    [InlineData("en-05-utility-move", 1, 0)]
    [InlineData("fr-04-voyage-remboursement", 1, 0)]
    [InlineData("fr-05-boutique-commande", 0, 0)]
    [InlineData("fr-01-mobile-resiliation", 1, 30)]
    public async Task Probabilities_and_states_are_those_of_ONNX_Runtime(string call, int channel, int skipped)
    {
        var line = await LegAsync(call, channel);
        using var reference = new Reference();
        var own = voice.Model.NewState();
        var random = new Random(1);
        var (probability, hidden, cell, voiced, frames) = (0f, 0f, 0f, 0, line.Length / Frame);
        for (var i = 0; i < frames; i++)
        {
            var frame = line.AsSpan(i * Frame, Frame);
            if (random.Next(100) < skipped)
            {
                own.Skip(frame);
                reference.Skip(frame);
                continue;
            }
            var expected = reference.Next(frame);
            probability = Math.Max(probability, Math.Abs(own.Next(frame) - expected));
            hidden = Math.Max(hidden, Farthest(own.Hidden, reference.Hidden));
            cell = Math.Max(cell, Farthest(own.Cell, reference.Cell));
            if (expected > VoiceActivity.On) voiced++;
        }
        output.WriteLine($"{call} {channel}: {frames} frames, {voiced} voiced; farthest probability {probability:0.0e0}, output "
            + $"{hidden:0.0e0}, cell {cell:0.0e0}");
        Assert.True(frames > 1000 && voiced > 200, $"{voiced} of {frames} frames voiced");
        Assert.InRange(probability, 0, 1e-5f);
        Assert.InRange(hidden, 0, 1e-4f);
        Assert.InRange(cell, 0, 1e-4f);
    }

    [Fact]
    public void Silence_full_scale_and_tones_are_those_of_ONNX_Runtime()
    {
        using var reference = new Reference();
        var own = voice.Model.NewState();
        for (var i = 0; i < 200; i++)
        {
            var (kind, first) = (i / 10 % 5, i * Frame);
            float[] frame = [.. Enumerable.Range(first, Frame).Select(n => kind switch
            {
                0 => 0f,
                1 => n / 40 % 2 == 0 ? 1f : -1f,
                2 => MathF.Sin(2 * MathF.PI * 440 * n / AudioTime.Rate),
                3 => n == first ? 1f : 0f,
                _ => 1e-30f,
            })];
            Assert.Equal(reference.Next(frame), own.Next(frame), 1e-5f);
            Assert.InRange(Farthest(own.Hidden, reference.Hidden), 0, 1e-4f);
        }
    }

    [Fact]
    public async Task Legs_at_once_on_other_threads_and_at_other_addresses_have_the_same_bits()
    {
        var line = await LegAsync("en-01-telecom-cancel", 1);
        var frames = Math.Min(300, line.Length / Frame);

        float[] Hear(int offset)
        {
            var (state, moved) = (voice.Model.NewState(), new float[line.Length + offset]);
            line.CopyTo(moved, offset);
            return [.. Enumerable.Range(0, frames).Select(i => state.Next(moved.AsSpan(offset + i * Frame, Frame)))];
        }

        var expected = Hear(0);
        await Task.WhenAll(Enumerable.Range(1, 8).Select(offset => Task.Run(() => Assert.Equal(expected, Hear(offset)))));
    }

    [Fact]
    public async Task A_frame_allocates_nothing()
    {
        var line = await LegAsync("en-01-telecom-cancel", 1);
        var state = voice.Model.NewState();
        state.Next(line);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < 100; i++)
        {
            state.Next(line.AsSpan(i * Frame, Frame));
            state.Skip(line.AsSpan(i * Frame, Frame));
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("text", "this is not a model")]
    [InlineData("cut", null)]
    [InlineData("missing", null)]
    public void A_file_that_is_no_such_model_is_refused_in_one_line(string name, string? content)
    {
        var path = Path.Combine(Path.GetTempPath(), $"silero-{name}-{Guid.NewGuid():n}.onnx");
        try
        {
            if (name == "cut")
                File.WriteAllBytes(path, File.ReadAllBytes(Repository.Path("models", "silero-vad", "silero_vad.onnx"))[..1_000_000]);
            if (content is not null) File.WriteAllText(path, content);
            var refusal = Assert.Throws<BadInputException>(() => new SileroModel(path));
            Assert.StartsWith(path + ": ", refusal.Message);
            Assert.DoesNotContain('\n', refusal.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Another_model_is_refused_by_what_it_lacks()
    {
        var path = Directory.GetFiles(Repository.Path("models", "inflection"), "*.onnx")[0];
        var refusal = Assert.Throws<BadInputException>(() => new SileroModel(path));
        Assert.Contains("the graph has no tensor If_0_then_branch__Inline_0__stft.forward_basis_buffer", refusal.Message);
    }
}
