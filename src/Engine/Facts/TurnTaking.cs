using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Running;
using SpeechQA.Engine.Speech.Activity;

namespace SpeechQA.Engine.Facts;

/// <summary>A silence of the call.</summary>
/// <param name="Sound">During how much of it some leg was loud (music, tones, noise), samples.</param>
/// <param name="Spoken">By leg: when its last speech before had ended, or -1.</param>
/// <param name="EndedBy">The leg that spoke first after it.</param>
internal sealed record SilentStretch(long Start, long End, long Sound, long[] Spoken, int EndedBy);

/// <summary>A leg cut in on another; <paramref name="Start"/> to <paramref name="End"/> both spoke.</summary>
internal readonly record struct CutIn(int By, int Of, long Start, long End);

/// <summary>
/// Who speaks when: goes over the beginnings and ends of speech of all legs in the order of time, once everything before a
/// moment is known, and sums up. Utterances become known after they end, so they wait here until no earlier one can come.
/// </summary>
internal sealed class TurnTaking
{
    /// <summary>Shorter pauses are part of speech.</summary>
    public const long Bridge = AudioTime.Rate * 6 / 10;

    /// <summary>A shorter silence is the pause between two turns.</summary>
    public const long ShortestSilence = AudioTime.Rate * 3;

    /// <summary>Less is listening ("mm-hmm") or the changing of turns, and cuts nobody short.</summary>
    public const long ShortestCutIn = AudioTime.Rate;

    /// <summary>Most silences and interruptions that are kept one by one; counts and sums go on.</summary>
    public const int Kept = 500;

    /// <summary>Most interruptions that are told one by one.</summary>
    private const int Told = 100;

    private readonly IReadOnlyList<LegVoice> _voices;
    private readonly Lane[] _speech;
    private readonly Lane[] _sound;
    private readonly PriorityQueue<(Lane Lane, bool Begins), (long Position, int Kind, int Lane)> _boundaries = new();
    private readonly List<SilentStretch> _silences = [];
    private readonly List<CutIn> _cutIns = [];
    private readonly long[] _spoken;
    private long _at;
    private long _silentSince = -1;
    private long _silentSound;
    private (int By, int Of, long Start)? _both;

    /// <param name="voices">When each leg had voice.</param>
    public TurnTaking(IReadOnlyList<LegVoice> voices)
    {
        _voices = voices;
        var legs = voices.Count;
        _speech = [.. Enumerable.Range(0, legs).Select(leg => new Lane(leg, true))];
        _sound = [.. Enumerable.Range(0, legs).Select(leg => new Lane(leg, false))];
        _spoken = [.. Enumerable.Repeat(-1L, legs)];
        Legs = [.. Enumerable.Range(0, legs).Select(_ => new LegSums())];
    }

    /// <summary>Sums of a leg.</summary>
    public sealed class LegSums
    {
        /// <summary>Samples of speech.</summary>
        public long Talk { get; set; }

        public int Interruptions { get; set; }
    }

    /// <summary>Speech, or other sound, of one leg.</summary>
    private sealed class Lane(int leg, bool speech)
    {
        public int Leg => leg;
        public bool Speech => speech;

        /// <summary>The last stretch, whose end may still move.</summary>
        public (long Start, long End)? Open;

        /// <summary>The sweep is inside a stretch that began then; -1 outside.</summary>
        public long Since = -1;

        public long First = -1;

        /// <summary>Of sound: how far the level is known, and the lowest noise floor so far, dBov.</summary>
        public long Heard;
        public float Quietest = 0;

        public long LastEnd = -1;
    }

    public IReadOnlyList<LegSums> Legs { get; }
    public long Overlap { get; private set; }
    public int SilenceCount { get; private set; }
    public long SilentTime { get; private set; }
    public SilentStretch? Longest { get; private set; }

    /// <summary>In order of time, the first <see cref="Kept"/>.</summary>
    public IReadOnlyList<SilentStretch> Silences => _silences;

    public IReadOnlyList<CutIn> Interruptions => _cutIns;

    /// <summary>When a leg first spoke, or -1.</summary>
    public long FirstSpeech(int leg) => _speech[leg].First;

    /// <summary>Takes the next event; all legs have passed its decision time.</summary>
    public void Apply(LegEvent e)
    {
        _voices[e.Leg].Apply(e);
        if (e is UtteranceSpoken { Utterance: var said }) Add(_speech[e.Leg], said.Start, said.End, Bridge);
        if (e is TimePassed passed) Sound(passed);
        // Voice is reported up to 0.2 s after it began; what is undecided may become speech from its beginning on.
        var known = e.Decided - RuleRun.VoiceDelay;
        foreach (var voice in _voices)
            foreach (var span in voice.Spans)
                if (!span.Speech) known = Math.Min(known, span.Start);
        Settle(known);
    }

    // As voice activity tells what is loud, but against the quietest the line was: under music its floor rises.
    private void Sound(TimePassed passed)
    {
        var lane = _sound[passed.Leg];
        var start = lane.Heard;
        lane.Heard = passed.Decided;
        if (passed.Noise > Level.Floor) lane.Quietest = Math.Min(lane.Quietest, passed.Noise);
        if (passed.Level >= Math.Max(VoiceActivity.LowestLevel, lane.Quietest + VoiceActivity.AboveFloor))
            Add(lane, start, passed.Decided, 1);
    }

    /// <summary>No more events will come.</summary>
    public void Finish() => Settle(long.MaxValue);

    private void Add(Lane lane, long start, long end, long bridge)
    {
        start = Math.Max(Math.Max(start, _at), lane.Open?.End ?? lane.LastEnd); // a lane does not overlap itself
        if (end <= start && lane.Open is null) return;
        if (lane.Open is { } open && start - open.End < bridge)
        {
            lane.Open = (open.Start, Math.Max(open.End, end));
            return;
        }
        if (end <= start) return;
        Close(lane);
        if (lane.First < 0) lane.First = start;
        lane.Open = (start, end);
        Enqueue(lane, start, begins: true);
    }

    /// <summary>The end of the lane's last stretch is final.</summary>
    private void Close(Lane lane)
    {
        if (lane.Open is not { } open) return;
        Enqueue(lane, open.End, begins: false);
        lane.LastEnd = open.End;
        lane.Open = null;
    }

    // At one place ends come before beginnings: who begins where the other ends cuts nobody short.
    private void Enqueue(Lane lane, long position, bool begins) =>
        _boundaries.Enqueue((lane, begins), (position, begins ? 1 : 0, lane.Speech ? lane.Leg : _speech.Length + lane.Leg));

    /// <summary>Goes on to where everything is known.</summary>
    private void Settle(long known)
    {
        foreach (var lane in _speech.Concat(_sound))
        {
            if (lane.Open is not { } open) continue;
            if (open.End + (lane.Speech ? Bridge : 0) <= known) Close(lane);
            else known = Math.Min(known, open.End);
        }
        while (_boundaries.TryPeek(out var boundary, out var key) && key.Position < known)
        {
            _boundaries.Dequeue();
            Advance(key.Position);
            if (boundary.Begins) Begin(boundary.Lane);
            else End(boundary.Lane);
        }
    }

    private void Advance(long to)
    {
        var passed = to - _at;
        var speaking = 0;
        foreach (var lane in _speech)
        {
            if (lane.Since < 0) continue;
            speaking++;
            Legs[lane.Leg].Talk += passed;
        }
        if (speaking > 1) Overlap += passed;
        if (_silentSince >= 0 && Array.Exists(_sound, lane => lane.Since >= 0)) _silentSound += passed;
        _at = to;
    }

    private void Begin(Lane lane)
    {
        if (lane.Speech)
        {
            var other = Array.Find(_speech, l => l != lane && l.Since >= 0);
            if (other is not null && other.Since < _at) _both = (lane.Leg, other.Leg, _at);
            if (other is null) EndSilence(lane);
        }
        lane.Since = _at;
    }

    private void End(Lane lane)
    {
        lane.Since = -1;
        if (!lane.Speech) return;
        _spoken[lane.Leg] = _at;
        if (_both is { } both)
        {
            _both = null;
            if (_at - both.Start >= ShortestCutIn)
            {
                Legs[both.By].Interruptions++;
                if (_cutIns.Count < Told) _cutIns.Add(new CutIn(both.By, both.Of, both.Start, _at));
            }
        }
        if (!Array.Exists(_speech, l => l.Since >= 0)) (_silentSince, _silentSound) = (_at, 0);
    }

    private void EndSilence(Lane by)
    {
        if (_silentSince >= 0 && _at - _silentSince >= ShortestSilence)
        {
            var silence = new SilentStretch(_silentSince, _at, _silentSound, [.. _spoken], by.Leg);
            SilenceCount++;
            SilentTime += silence.End - silence.Start;
            if (Longest is null || silence.End - silence.Start > Longest.End - Longest.Start) Longest = silence;
            if (_silences.Count < Kept) _silences.Add(silence);
        }
        _silentSince = -1;
    }
}
