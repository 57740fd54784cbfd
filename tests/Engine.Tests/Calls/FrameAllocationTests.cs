using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Speech.Utterances;
using SpeechQA.Engine.Tests.Fakes;
using SpeechQA.Engine.Tests.Inflection;

namespace SpeechQA.Engine.Tests.Calls;

/// <summary>What a leg does with every frame, done on one thread: resampling, voice activity, utterances, inflection.</summary>
[Collection(InflectionCollection.Name)]
public sealed class FrameAllocationTests(VoiceModel voice, InflectionFixture inflection) : IClassFixture<VoiceModel>
{
    [Fact]
    public async Task In_steady_state_a_frame_allocates_nothing()
    {
        var call = await GoldenFiles.CallAsync("samples/audio/fr-04-voyage-remboursement.wav", 1);
        var activity = new VoiceActivity(voice.Model);
        using var audio = new LegAudio();
        var segmenter = new UtteranceSegmenter();
        var tracker = new InflectionTracker(inflection.Model, 8000);
        var resampler = new Resampler(8000);
        var resampled = new float[resampler.MostOutputs(160)];
        var (position, voiced, windows, changes) = (0L, 0, 0, 0);

        void Run(ReadOnlySpan<short> samples)
        {
            for (; samples.Length >= 160; samples = samples[160..])
            {
                var count = resampler.Process(samples[..160], resampled);
                audio.Append(resampled.AsSpan(0, count));
                for (; audio.End - position >= SileroModel.FrameSamples; position += SileroModel.FrameSamples)
                {
                    var frame = audio.Span(position, SileroModel.FrameSamples);
                    var isVoiced = activity.Next(frame);
                    if (isVoiced) voiced++;
                    for (var left = frame; !left.IsEmpty;)
                    {
                        left = left[tracker.Add(left, isVoiced)..];
                        if (tracker.IsDue && tracker.Next().Abstention == Abstention.None) windows++;
                    }
                    if (segmenter.Next(isVoiced, activity.FrameLevel, activity.Probability) != SegmentChange.None) changes++;
                    audio.DropBefore(segmenter.KeepFrom);
                }
            }
        }

        // One pass for buffers to grow to the longest utterance.
        Run(call);
        (voiced, windows, changes) = (0, 0, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(call);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(voiced > 500 && windows > 20 && changes > 20, $"{voiced} voiced frames, {windows} windows, {changes} changes");
        Assert.InRange(allocated, 0, 0);
    }
}
