using System.IO.Hashing;
using System.Runtime.InteropServices;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

/// <summary>
/// Raw log-mel of utterances heard lately, shared by all workers. What is heard of an utterance while it goes on is each time the beginning
/// of what is heard next: only the frames that have come since are computed. Found by the audio's content, so nobody need say what belongs
/// together; same bits as without.
/// </summary>
internal sealed class RecentMel
{
    /// <summary>
    /// Utterances that are kept: more than speak at the same time in the calls that two cores carry. Of 4 s each takes 130 KB.
    /// </summary>
    public const int Kept = 24;

    /// <summary>Samples by which audio is told apart at once, 0.1 s.</summary>
    private const int Head = AudioTime.Rate / 10;

    /// <summary>Given back last stands last.</summary>
    private readonly List<Frames> _kept = [];

    /// <summary>The frames of an utterance; taken by one worker at a time.</summary>
    public sealed class Frames
    {
        private float[] _raw = [];
        private int _samples;
        private ulong _head;
        private UInt128 _hash;

        internal bool BeginsWith(ulong head, ReadOnlySpan<float> speech) =>
            _head == head && _samples <= speech.Length && _hash == Hash(speech[.._samples]);

        internal void Forget() => _samples = 0;

        /// <summary>[frames][bands] of a window with this speech, of which what is known is not computed again.</summary>
        /// <param name="total">Samples of the window.</param>
        public ReadOnlySpan<float> Grow(ReadOnlySpan<float> speech, int total, LogMel logMel)
        {
            var size = total / LogMel.Hop * logMel.Bands;
            if (_raw.Length < size) Array.Resize(ref _raw, size);
            // A frame reaches half its length to each side. So short that the mirrored beginning reaches the end, all is new.
            const int half = LogMel.FrameLength / 2;
            var known = _samples < 2 * LogMel.FrameLength ? 0 : Math.Min((_samples - half) / LogMel.Hop + 1, total / LogMel.Hop);
            logMel.Raw(speech, total, known, _raw.AsSpan((known * logMel.Bands)..size));
            (_samples, _head, _hash) = (speech.Length, HeadOf(speech), Hash(speech));
            return _raw.AsSpan(0, size);
        }

        private static UInt128 Hash(ReadOnlySpan<float> speech) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(speech));
    }

    /// <summary>Those of audio with which this speech begins, or others that hold nothing; to be given back.</summary>
    public Frames Take(ReadOnlySpan<float> speech)
    {
        var head = HeadOf(speech);
        lock (_kept)
        {
            for (var i = _kept.Count - 1; i >= 0; i--)
                if (_kept[i].BeginsWith(head, speech)) return TakeAt(i);
            if (_kept.Count < Kept) return new Frames();
            var oldest = TakeAt(0);
            oldest.Forget();
            return oldest;
        }
    }

    public void Give(Frames frames)
    {
        lock (_kept) _kept.Add(frames);
    }

    private static ulong HeadOf(ReadOnlySpan<float> speech) =>
        XxHash3.HashToUInt64(MemoryMarshal.AsBytes(speech[..Math.Min(Head, speech.Length)]));

    private Frames TakeAt(int place)
    {
        var frames = _kept[place];
        _kept.RemoveAt(place);
        return frames;
    }
}
