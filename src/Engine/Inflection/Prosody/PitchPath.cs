namespace SpeechQA.Engine.Inflection.Prosody;

/// <summary>
/// The cheapest path through the pitch candidates of a window by dynamic programming (Boersma 1993): each frame is one of
/// its candidates or unvoiced; jumps of pitch and changes between voiced and unvoiced cost.
/// </summary>
internal sealed class PitchPath
{
    private const int Candidates = YinPitch.MostCandidates;
    private const int Unvoiced = Candidates;
    private const int States = Candidates + 1;
    private const double UnvoicedCost = 0.45;
    private const double SwitchCost = 0.12;
    private const double JumpCost = 0.80;       // per octave
    private const double Impossible = 9;

    private readonly byte[] _back = new byte[ProsodyFrames.WindowFrames * States];
    private double[] _costs = new double[States];
    private double[] _next = new double[States];

    /// <summary>Pitch of each frame in Hz; 0: unvoiced.</summary>
    /// <param name="frames">The window.</param>
    /// <param name="least">Frames must be louder than this, dBov, to be voiced.</param>
    /// <param name="hertz">300 places.</param>
    public void Find(ProsodyFrames frames, double least, Span<double> hertz)
    {
        var pitches = frames.Pitches.AsSpan();
        for (var s = 0; s < States; s++) _costs[s] = Local(pitches[..Candidates], s, frames.Levels[0] > least);
        for (var i = 1; i < hertz.Length; i++)
        {
            var before = pitches.Slice((i - 1) * Candidates, Candidates);
            var here = pitches.Slice(i * Candidates, Candidates);
            var speech = frames.Levels[i] > least;
            for (var s = 0; s < States; s++)
            {
                var (from, cost) = Cheapest(before, here, s);
                _back[i * States + s] = (byte)from;
                _next[s] = cost + Local(here, s, speech);
            }
            (_costs, _next) = (_next, _costs);
        }
        var state = Array.IndexOf(_costs, _costs.Min());
        for (var i = hertz.Length - 1; i >= 0; i--)
        {
            hertz[i] = state < Unvoiced ? pitches[i * Candidates + state].Hertz : 0;
            state = _back[i * States + state];
        }
    }

    private static double Local(ReadOnlySpan<PitchCandidate> candidates, int state, bool speech)
    {
        if (state == Unvoiced) return speech ? UnvoicedCost : 0;
        return speech && candidates[state].Hertz > 0 ? candidates[state].Cost : Impossible;
    }

    private (int From, double Cost) Cheapest(ReadOnlySpan<PitchCandidate> before, ReadOnlySpan<PitchCandidate> here, int state)
    {
        var best = 0;
        var least = double.MaxValue;
        for (var from = 0; from < States; from++)
        {
            var cost = _costs[from];
            if (from != Unvoiced && state != Unvoiced) cost += JumpCost * Math.Abs(before[from].Octaves - here[state].Octaves);
            else if (from != state) cost += SwitchCost;
            if (cost < least) (best, least) = (from, cost);
        }
        return (best, least);
    }
}
