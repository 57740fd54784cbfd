using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Speech.Utterances;

/// <summary>What a frame changed in the segmentation.</summary>
[Flags]
public enum SegmentChange
{
    /// <summary>Nothing changed.</summary>
    None = 0,

    /// <summary>Voice began: <see cref="UtteranceSegmenter.VoiceStart"/>.</summary>
    Started = 1,

    /// <summary>200 ms of silence: the utterance is likely over (<see cref="UtteranceSegmenter.Candidate"/>).</summary>
    Paused = 2,

    /// <summary>Voice went on after a pause of less than 600 ms: the utterance was not over.</summary>
    Resumed = 4,

    /// <summary>
    /// 600 ms of silence, or, together with <see cref="Paused"/>, the first pause of a long utterance: the candidate is final.
    /// </summary>
    Closed = 8,

    /// <summary>
    /// The utterance reached 12 s and was cut in its quietest place; the candidate is final and speech goes on. Together with
    /// <see cref="Paused"/> the quietest place is a pause that has just begun: then nothing is left to go on.
    /// </summary>
    Cut = 16,
}

/// <summary>A stretch of audio to transcribe. Positions are samples at 16 kHz since the start of the call.</summary>
/// <param name="Start">200 ms before the voice (less when the last utterance ended there).</param>
/// <param name="End">200 ms after the last voice, or the place of a cut.</param>
/// <param name="VoiceStart">Begin of the first voiced frame.</param>
/// <param name="VoiceEnd">End of the last voiced frame.</param>
/// <param name="Voice">Mean probability of voice over the voiced frames, 0..1.</param>
public readonly record struct UtteranceSpan(long Start, long End, long VoiceStart, long VoiceEnd, float Voice);

/// <summary>
/// Cuts a leg's frames into utterances, in audio time alone:
/// <list type="number">
/// <item>speech begins after 2 voiced frames, with 200 ms taken from before;</item>
/// <item>at 200 ms of silence the utterance is a candidate;</item>
/// <item>at 600 ms of silence the candidate is final; if voice resumes before, it was none;</item>
/// <item>from 9 s on a candidate is final at once;</item>
/// <item>at 12 s it is cut at the quietest 100 ms of the last second: by so much its text may come later than its end.</item>
/// </list>
/// </summary>
public sealed class UtteranceSegmenter
{
    private const int Frame = Activity.SileroModel.FrameSamples;

    /// <summary>Voiced frames in a row that begin speech.</summary>
    public const int BeginFrames = 2;

    /// <summary>Silent frames that make a candidate (224 ms) and a final (608 ms).</summary>
    public const int PauseFrames = 7, CloseFrames = 19;

    /// <summary>Audio taken from before and after the voice, samples.</summary>
    public const int Margin = AudioTime.Rate / 5;

    /// <summary>Longest utterance, samples, and the tail in which a cut is sought.</summary>
    public const int Longest = 12 * AudioTime.Rate, CutTail = AudioTime.Rate;

    /// <summary>From this length on a candidate is final at once, samples.</summary>
    public const int Long = 9 * AudioTime.Rate;

    private const int CutFrames = CutTail / Frame;
    private readonly float[] _levels = new float[CutFrames];
    private long _position, _lastEnd;
    private int _voiced, _silent, _voicedFrames;
    private double _probability;
    private bool _speaking;
    private UtteranceSpan _open;

    /// <summary>Begin of the utterance under way (with its margin), or the position when none is.</summary>
    public long KeepFrom => _speaking ? _open.Start : Math.Max(_lastEnd, _position - Margin - BeginFrames * Frame);

    /// <summary>Begin of the voice under way.</summary>
    public long VoiceStart => _open.VoiceStart;

    /// <summary>The last candidate or final.</summary>
    public UtteranceSpan Candidate { get; private set; }

    /// <summary>Speech goes on: it has begun and its closing pause is not over.</summary>
    public bool Speaking => _speaking;

    /// <summary>No utterance is under way and none begins.</summary>
    public bool IsIdle => !_speaking && _voiced == 0;

    /// <summary>The utterance under way, up to the last frame.</summary>
    public UtteranceSpan SoFar => _open with { End = _position, Voice = Voice };

    /// <summary>Takes the next frame.</summary>
    /// <param name="voiced">Voice activity of the frame.</param>
    /// <param name="level">Level of the frame, dBov; a cut is made where it is lowest.</param>
    /// <param name="probability">Probability of voice, 0..1.</param>
    public SegmentChange Next(bool voiced, float level, float probability = 1)
    {
        if (voiced)
        {
            _voicedFrames++;
            _probability += probability;
        }
        _levels[_position / Frame % CutFrames] = level;
        _position += Frame;
        return _speaking ? During(voiced) : Before(voiced, probability);
    }

    /// <summary>The audio has ended: an utterance under way becomes final.</summary>
    /// <param name="end">Length of the leg's audio, which may end within a frame.</param>
    public SegmentChange End(long end)
    {
        if (!_speaking) return SegmentChange.None;
        _speaking = false;
        Candidate = _open with { End = Math.Min(end, _open.VoiceEnd + Margin), VoiceEnd = Math.Min(end, _open.VoiceEnd), Voice = Voice };
        return SegmentChange.Closed;
    }

    private SegmentChange Before(bool voiced, float probability)
    {
        _voiced = voiced ? _voiced + 1 : 0;
        if (_voiced <= 1) (_voicedFrames, _probability) = (_voiced, _voiced * probability);
        if (_voiced < BeginFrames) return SegmentChange.None;
        var begin = _position - BeginFrames * Frame;
        Begin(Math.Max(_lastEnd, begin - Margin), begin);
        return SegmentChange.Started;
    }

    private void Begin(long start, long voice)
    {
        _speaking = true;
        _voiced = _silent = 0;
        _open = new UtteranceSpan(start, _position, voice, _position, 0);
    }

    private float Voice => _voicedFrames == 0 ? 0 : (float)(_probability / _voicedFrames);

    private SegmentChange During(bool voiced)
    {
        var change = SegmentChange.None;
        if (voiced)
        {
            if (_silent >= PauseFrames) change = SegmentChange.Resumed;
            _silent = 0;
            _open = _open with { VoiceEnd = _position };
        }
        else
        {
            _silent++;
            if (_silent == PauseFrames) change = Pause();
            if (_silent == CloseFrames || (_silent == PauseFrames && _position - _open.Start >= Long)) return change | Close();
        }
        return _position - _open.Start >= Longest ? change | Cut() : change;
    }

    private SegmentChange Pause()
    {
        Candidate = _open with { End = _open.VoiceEnd + Margin, Voice = Voice };
        return SegmentChange.Paused;
    }

    private SegmentChange Close()
    {
        // After a cut within a pause there was no candidate of what remained.
        Candidate = _open with { End = _open.VoiceEnd + Margin, Voice = Voice };
        _speaking = false;
        _lastEnd = Candidate.End;
        return SegmentChange.Closed;
    }

    private SegmentChange Cut()
    {
        var at = QuietestPlace();
        Candidate = _open with { End = at, VoiceEnd = Math.Min(at, _open.VoiceEnd), Voice = Voice };
        _lastEnd = at;
        var silent = _silent;
        var voiceEnd = _open.VoiceEnd;
        if (voiceEnd <= at)
        {
            // Nothing is left: whoever was told that voice began must be told that it has paused.
            _speaking = false;
            return silent < PauseFrames ? SegmentChange.Paused | SegmentChange.Cut : SegmentChange.Cut;
        }
        Begin(at, at);
        _silent = silent;
        _open = _open with { VoiceEnd = voiceEnd };
        return SegmentChange.Cut;
    }

    // The middle of the quietest 3 frames (96 ms) of the tail.
    private long QuietestPlace()
    {
        var last = (int)(_position / Frame) - 1;
        var best = last - CutFrames + 2;
        var lowest = float.MaxValue;
        for (var middle = last - CutFrames + 2; middle < last; middle++)
        {
            var sum = Power(middle - 1) + Power(middle) + Power(middle + 1);
            if (sum >= lowest) continue;
            lowest = sum;
            best = middle;
        }
        return best * (long)Frame + Frame / 2;
    }

    private float Power(int frame) => MathF.Pow(10, _levels[frame % CutFrames] / 10);
}
