using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Speech.Utterances;

namespace SpeechQA.Engine.Tests.Speech.Utterances;

public sealed class UtteranceSegmenterTests
{
    private const int Frame = SileroModel.FrameSamples;

    private static List<(SegmentChange Change, long At, UtteranceSpan Span)> Play(UtteranceSegmenter segmenter,
        params (int Frames, bool Voiced)[] parts)
    {
        var changes = new List<(SegmentChange, long, UtteranceSpan)>();
        var at = 0L;
        foreach (var (frames, voiced) in parts)
        {
            for (var i = 0; i < frames; i++)
            {
                at += Frame;
                var change = segmenter.Next(voiced, voiced ? -25 : -60);
                if (change != SegmentChange.None) changes.Add((change, at, segmenter.Candidate));
            }
        }
        return changes;
    }

    [Fact]
    public void One_voiced_frame_is_no_speech() => Assert.Empty(Play(new(), (50, false), (1, true), (50, false)));

    [Fact]
    public void An_utterance_has_its_margins_and_its_decisions_in_time()
    {
        var changes = Play(new(), (50, false), (30, true), (40, false));
        Assert.Equal([SegmentChange.Started, SegmentChange.Paused, SegmentChange.Closed], changes.Select(c => c.Change));
        Assert.Equal([52L * Frame, 87L * Frame, 99L * Frame], changes.Select(c => c.At));
        var span = changes[^1].Span;
        Assert.Equal(new UtteranceSpan(50 * Frame - UtteranceSegmenter.Margin, 80 * Frame + UtteranceSegmenter.Margin, 50 * Frame,
            80 * Frame, 1), span);
        Assert.Equal(changes[1].Span, span);
    }

    [Fact]
    public void A_short_pause_is_inside()
    {
        var changes = Play(new(), (10, false), (20, true), (10, false), (20, true), (30, false));
        Assert.Equal([SegmentChange.Started, SegmentChange.Paused, SegmentChange.Resumed, SegmentChange.Paused, SegmentChange.Closed],
            changes.Select(c => c.Change));
        Assert.Equal((10 * Frame, 60 * Frame), (changes[^1].Span.VoiceStart, changes[^1].Span.VoiceEnd));
    }

    [Fact]
    public void A_long_utterance_ends_at_its_next_short_pause()
    {
        // 281 frames are 9 s; the margin before the voice counts.
        var changes = Play(new(), (10, false), (200, true), (10, false), (80, true), (8, false), (20, true), (30, false));
        Assert.Equal([SegmentChange.Started, SegmentChange.Paused, SegmentChange.Resumed, SegmentChange.Paused | SegmentChange.Closed,
            SegmentChange.Started, SegmentChange.Paused, SegmentChange.Closed], changes.Select(c => c.Change));
        Assert.Equal((10L * Frame, 300L * Frame), (changes[3].Span.VoiceStart, changes[3].Span.VoiceEnd));
        Assert.Equal((308L * Frame, 328L * Frame), (changes[^1].Span.VoiceStart, changes[^1].Span.VoiceEnd));
    }

    [Fact]
    public void Speech_without_a_pause_is_cut_at_its_quietest_place_and_goes_on_there()
    {
        var segmenter = new UtteranceSegmenter();
        var cut = default(UtteranceSpan);
        var quiet = 360 * Frame;
        for (var i = 0; i < 400; i++)
        {
            var middle = i * Frame == quiet;
            var change = segmenter.Next(true, middle ? -45 : -25);
            if (change.HasFlag(SegmentChange.Cut)) cut = segmenter.Candidate;
        }
        Assert.Equal(0, cut.Start);
        Assert.InRange(cut.End, quiet - Frame, quiet + 2 * Frame);
        Assert.Equal(cut.End, segmenter.KeepFrom);
        Assert.Equal(SegmentChange.Closed, segmenter.End(400 * Frame));
        Assert.Equal(cut.End, segmenter.Candidate.Start);
    }

    [Fact]
    public void A_cut_that_leaves_nothing_is_a_pause()
    {
        // 375 frames are 12 s; the margin before the voice counts. The last frames are the quietest: a pause has begun.
        var changes = Play(new(), (20, false), (365, true), (40, false));
        Assert.Equal([SegmentChange.Started, SegmentChange.Paused | SegmentChange.Cut], changes.Select(c => c.Change));
        Assert.Equal((20L * Frame, 385L * Frame), (changes[^1].Span.VoiceStart, changes[^1].Span.VoiceEnd));
    }

    [FsCheck.Xunit.Property]
    public bool Voice_that_began_pauses_before_it_begins_anew_or_the_utterance_is_over(bool[] voiced, byte[] levels)
    {
        var segmenter = new UtteranceSegmenter();
        var open = false;
        foreach (var (v, i) in voiced.Select((v, i) => (v, i)))
        {
            for (var n = 0; n < 1 + (levels.Length == 0 ? 25 : levels[i % levels.Length] % 120); n++)
            {
                var change = segmenter.Next(v, v ? -25 : -60);
                if ((change & (SegmentChange.Started | SegmentChange.Resumed)) != 0)
                {
                    if (open) return false;
                    open = true;
                }
                if (change.HasFlag(SegmentChange.Paused)) open = false;
                if (!segmenter.Speaking && open) return false;
            }
        }
        return true;
    }

    [Fact]
    public void A_margin_never_reaches_into_the_utterance_before()
    {
        var changes = Play(new(), (10, false), (20, true), (19, false), (20, true), (30, false));
        var closed = changes.Where(c => c.Change == SegmentChange.Closed).Select(c => c.Span).ToList();
        Assert.Equal(2, closed.Count);
        Assert.True(closed[1].Start >= closed[0].End);
    }

    [Fact]
    public void Voice_is_the_mean_probability_of_the_voiced_frames_of_the_utterance()
    {
        var segmenter = new UtteranceSegmenter();
        for (var i = 0; i < 20; i++) segmenter.Next(false, -60, 0.1f);
        segmenter.Next(true, -60, 0.9f);
        for (var i = 0; i < 20; i++) segmenter.Next(false, -60, 0.1f);
        for (var i = 0; i < 10; i++) segmenter.Next(true, -25, i < 5 ? 0.2f : 0.6f);
        for (var i = 0; i < UtteranceSegmenter.CloseFrames; i++) segmenter.Next(false, -60, 0.1f);
        Assert.Equal(0.4f, segmenter.Candidate.Voice, 3);
    }

    [FsCheck.Xunit.Property]
    public bool Spans_are_ordered_bounded_and_within_the_audio(bool[] voiced, byte[] levels)
    {
        var segmenter = new UtteranceSegmenter();
        var spans = new List<UtteranceSpan>();
        var at = 0L;
        // Every frame is stretched so that random input reaches pauses and cuts.
        foreach (var (v, i) in voiced.Select((v, i) => (v, i)))
        {
            for (var n = 0; n < 1 + (levels.Length == 0 ? 25 : levels[i % levels.Length] % 120); n++)
            {
                at += Frame;
                var change = segmenter.Next(v, levels.Length == 0 ? -30 : -levels[(i + n) % levels.Length] / 3f);
                if ((change & (SegmentChange.Closed | SegmentChange.Cut)) != 0) spans.Add(segmenter.Candidate);
            }
        }
        if (segmenter.End(at) == SegmentChange.Closed) spans.Add(segmenter.Candidate);
        return spans.All(s => s.Start <= s.VoiceStart && s.VoiceStart <= s.VoiceEnd && s.VoiceEnd <= s.End && s.Start >= 0 && s.End <= at
                && s.End - s.Start <= UtteranceSegmenter.Longest + AudioTime.Rate)
            && spans.Zip(spans.Skip(1)).All(p => p.First.End <= p.Second.Start);
    }
}
