using System.Text;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;
using SpeechQA.WhisperNet.Ggml;
using Whisper.net;

namespace SpeechQA.WhisperNet;

/// <summary>
/// Text and words of what whisper.cpp decoded, under the default recogniser's rules against invented text: loops are cut, nothing counts
/// after a stamp that closes at the end of the speech, notes such as [music] are left out, and the gate has the last word.
/// </summary>
internal sealed class WhisperText(GgmlModel model)
{
    /// <summary>As models/whisper-base/settings.json.</summary>
    private static readonly SpeechGate[] Gates = [new(0.35, -1.2), new(0.7, -0.9)];

    /// <summary>A closing stamp within this many seconds of the end of the speech ends the utterance.</summary>
    private const double EndMargin = 0.6;

    private const double Step = 0.02;

    private readonly GgmlSizes _sizes = model.Sizes;

    /// <param name="segments">One, or none where nothing was heard.</param>
    /// <param name="seconds">Length of the speech.</param>
    /// <returns>Without language and clock.</returns>
    public Recognition Of(IReadOnlyList<SegmentData> segments, double seconds)
    {
        var (tokens, end, stop) = Kept([.. segments.SelectMany(s => s.Tokens)], seconds);
        var spoken = Notes.Without(tokens, BytesOf);
        var average = spoken.Count == 0 ? 0 : spoken.Average(t => t.LogProbability);
        var noSpeech = segments.Count == 0 ? 1 : segments.Max(s => s.NoSpeechProbability);
        var words = Words(spoken, Math.Min(end, seconds));
        var text = string.Join(' ', words.Select(w => w.Text));
        return new Recognition
        {
            Text = text,
            Language = "",
            Words = words,
            AverageLogProbability = (float)average,
            NoSpeechProbability = noSpeech,
            IsSpeech = SpeechGate.IsSpeech(text, noSpeech, average, Gates),
            Stop = stop,
            Tokens = [.. spoken.Select(t => t.Id)],
            Clock = default,
        };
    }

    /// <summary>The text tokens up to the end of the utterance, and the seconds of the stamp that closes it.</summary>
    private (List<HeardToken> Tokens, double End, string Stop) Kept(IReadOnlyList<WhisperToken> all, double seconds)
    {
        var kept = new List<HeardToken>();
        var before = 0.0;
        for (var i = 0; i < all.Count; i++)
        {
            var token = all[i];
            if (token.Id < _sizes.End)
            {
                var (from, to) = TimesOf(token, before);
                kept.Add(new HeardToken(token.Id, token.ProbabilityLog, from, to));
                before = to;
                var keep = Repetition.Keep([.. kept.Select(t => t.Id)], IsFigure);
                if (keep > 0) return (kept[..keep], seconds, "repeat");
            }
            else if (token.Id >= _sizes.FirstStamp && i > 0 && all[i - 1].Id < _sizes.End)
            {
                var stamp = (token.Id - _sizes.FirstStamp) * Step;
                if (stamp >= seconds - EndMargin) return (kept, stamp, "stamp");
            }
        }
        return (kept, seconds, "end");
    }

    // Aligned (hundredths of a second): a token ends where the next begins. Without alignment: estimated start and end.
    private static (double From, double To) TimesOf(WhisperToken token, double before) =>
        token.DtwTimestamp >= 0 ? (before, Math.Max(before, token.DtwTimestamp / 100.0)) : (token.Start / 100.0, token.End / 100.0);

    private List<RecognizedWord> Words(IReadOnlyList<HeardToken> tokens, double end)
    {
        var words = new List<HeardWord>();
        foreach (var token in tokens)
        {
            var piece = BytesOf(token.Id);
            var mark = IsMark(piece);
            if (words.Count == 0 || (!mark && piece is [(byte)' ', ..])) words.Add(new HeardWord(token.From, token.To));
            // Punctuation joins the word but does not lengthen it.
            words[^1].Add(piece, token, lengthens: !mark);
        }
        return [.. words.Select(w => w.Finish(end)).Where(w => w.Text.Length > 0)];
    }

    private static bool IsMark(ReadOnlySpan<byte> piece)
    {
        var text = piece.Trim((byte)' ');
        return !text.IsEmpty && text.IndexOfAnyExcept(".,!?;:%)\"'"u8) < 0;
    }

    private byte[] BytesOf(int id) => model.Tokens[id];

    private bool IsFigure(int id) => model.Tokens[id].AsSpan().ContainsAnyInRange((byte)'0', (byte)'9');

    private sealed class HeardWord(double start, double end)
    {
        private readonly List<byte> _bytes = [];
        private double _logProbability;
        private int _tokens;
        private double _end = end;

        public void Add(ReadOnlySpan<byte> piece, HeardToken token, bool lengthens)
        {
            foreach (var b in piece) _bytes.Add(b);
            _logProbability += token.LogProbability;
            _tokens++;
            if (lengthens) _end = Math.Max(_end, token.To);
        }

        public RecognizedWord Finish(double limit)
        {
            var from = Math.Min(start, limit);
            return new RecognizedWord(Encoding.UTF8.GetString([.. _bytes]).Trim(), (float)Math.Round(from, 2),
                (float)Math.Round(Math.Clamp(_end, from + Step, Math.Max(limit, from + Step)), 2), (float)(_logProbability / _tokens));
        }
    }
}

/// <summary>A text token with its times in seconds from the start of the speech.</summary>
internal readonly record struct HeardToken(int Id, double LogProbability, double From, double To);
