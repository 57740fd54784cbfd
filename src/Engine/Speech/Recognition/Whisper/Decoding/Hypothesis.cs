using System.Runtime.InteropServices;
using SpeechQA.Engine.Speech.Recognition.Whisper.WordTimes;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;

/// <summary>
/// Greedy decoding of one utterance as a state machine: it says which token the decoder reads next and takes the logits
/// after it. With time stamps, as Whisper's authors decode. Tokens are rows of the graph.
/// </summary>
internal sealed class Hypothesis
{
    /// <summary>Units of 0.02 s by which a time stamp of a draft may differ from the choice.</summary>
    private const int StampTolerance = 15;

    private readonly DecodingRules _rules;
    private readonly PhraseBias? _bias;
    private readonly bool _exact;
    private readonly int _limit;
    private readonly List<int> _rows = [];
    private readonly List<double> _logProbabilities = [];
    private readonly List<int> _text = [];
    private int _lastStamp;
    private double _noSpeech = double.NaN;

    /// <param name="seconds">Length of the speech, padding not counted.</param>
    /// <param name="draft">
    /// Text (rows) that is likely: verified in the first pass, kept as far as the choice agrees. It may hold time stamps.
    /// </param>
    /// <param name="exact">The result is the one without the draft; else a stamp of it is kept when the choice is one nearby.</param>
    public Hypothesis(DecodingRules rules, string language, double seconds, PhraseBias? bias = null, ReadOnlySpan<int> draft = default,
        bool exact = false)
    {
        _rules = rules;
        _bias = bias;
        _exact = exact;
        Language = language;
        Seconds = seconds;
        _limit = rules.Limit(seconds);
        var prompt = rules.Prompt(language);
        Prompt = prompt.Length;
        First = [.. prompt, .. draft[..Math.Min(draft.Length, _limit)]];
    }

    public string Language { get; }
    public double Seconds { get; }

    /// <summary>Tokens of the prompt.</summary>
    public int Prompt { get; }

    /// <summary>What the first pass reads: prompt and draft.</summary>
    public int[] First { get; }

    /// <summary>The token that the next decoder pass reads.</summary>
    public int Next => _rows[^1];

    /// <summary>Cache columns that hold what was read and kept.</summary>
    public int Read => Prompt + _rows.Count - (Stop is null ? 1 : 0);

    /// <summary>How decoding ended, or null while it goes on.</summary>
    public string? Stop { get; private set; }

    /// <summary>Tokens chosen so far, stamps included.</summary>
    public ReadOnlySpan<int> Rows => CollectionsMarshal.AsSpan(_rows);

    /// <summary>One per token of <see cref="Rows"/>, before bias and suppression.</summary>
    public ReadOnlySpan<double> LogProbabilities => CollectionsMarshal.AsSpan(_logProbabilities)[.._rows.Count];

    /// <summary>Tokens of the draft that were confirmed.</summary>
    public int Accepted { get; private set; }

    /// <summary>At least one token would not have been chosen without bias.</summary>
    public bool IsBiased { get; private set; }

    /// <summary>The probability of "no speech" at the first position.</summary>
    public double NoSpeech => _noSpeech;

    /// <summary>Seconds of the stamp that closes the text, or null.</summary>
    public double? EndStamp => _rows.Count > 0 && !_rules.IsText(_rows[^1]) ? _lastStamp * 0.02 : null;

    public AttentionTrace Attention { get; } = new();

    /// <summary>Takes the logits after every token of <see cref="First"/>: [tokens](rows).</summary>
    public void Begin(Func<int, Span<float>> logits)
    {
        _noSpeech = _rules.NoSpeechProbability(logits(0));
        var last = Prompt - 1;
        for (; ; last++)
        {
            Take(logits(last));
            if (Stop is not null || last + 1 == First.Length || !Agrees(First[last + 1])) break;
            Accepted++;
        }
        // Word times rest on what was read up to the last choice, whoever read more.
        Attention.Cut(last + 1);
    }

    // In a longer window the same pause gets a stamp a few hundredths of a second off; what follows it was read after the draft's.
    private bool Agrees(int draft)
    {
        if (draft == Next) return true;
        if (_exact || _rules.IsText(draft) || _rules.IsText(Next) || Math.Abs(draft - Next) > StampTolerance) return false;
        _rows[^1] = draft;
        _lastStamp = draft - _rules.FirstStamp;
        return true;
    }

    /// <summary>Takes the logits after <see cref="Next"/>; they may be overwritten.</summary>
    public void Take(Span<float> logits)
    {
        var sum = LogSoftmax.LogSumExp(logits);
        _bias?.Apply(logits);
        var row = _rules.Choose(logits, Rows, _lastStamp);
        var added = _bias?.Added(row) ?? 0;
        var logProbability = logits[row] - added - sum;
        if (added > 0 && !IsBiased)
        {
            _bias!.TakeBack(logits);
            IsBiased = _rules.Choose(logits, Rows, _lastStamp) != row;
        }
        _logProbabilities.Add(logProbability);
        if (row == _rules.End)
        {
            Stop = "end";
            return;
        }
        _rows.Add(row);
        if (_rules.IsText(row)) TakeText(row);
        else TakeStamp(row);
        if (Stop is null && _rows.Count >= _limit) Stop = "limit";
    }

    private void TakeStamp(int row)
    {
        _lastStamp = row - _rules.FirstStamp;
        var closes = _rows.Count >= 2 && _rules.IsText(_rows[^2]);
        if (closes && _lastStamp * 0.02 >= Seconds - _rules.Settings.EndMargin) Stop = "stamp";
    }

    private void TakeText(int row)
    {
        _bias?.Advance(row);
        _text.Add(row);
        var keep = Repetition.Keep(CollectionsMarshal.AsSpan(_text), _rules.IsFigure);
        if (keep == 0) return;
        while (_text.Count > keep)
        {
            if (_rules.IsText(_rows[^1])) _text.RemoveAt(_text.Count - 1);
            _rows.RemoveAt(_rows.Count - 1);
        }
        Stop = "repeat";
    }
}
