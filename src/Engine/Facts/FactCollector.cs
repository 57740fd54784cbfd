using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Definitions;

namespace SpeechQA.Engine.Facts;

/// <summary>
/// Gathers the facts of one call from its events in the merged order:
/// <list type="number">
/// <item>speech and sound go to the <see cref="TurnTaking"/>, which knows at every moment who has the floor;</item>
/// <item>words go to the <see cref="CueListener"/> (the facts file) and are counted;</item>
/// <item>sentiments go to the leg's <see cref="SentimentSums"/>;</item>
/// <item>at the end everything is put together.</item>
/// </list>
/// It keeps running sums and a bounded number of stretches and cues. The call's timeline is the single caller.
/// </summary>
internal sealed class FactCollector
{
    /// <summary>Most pieces of evidence of a fact.</summary>
    internal const int MostEvidence = 5;

    private readonly RuleCall _call;
    private readonly FactPhrases _phrases;
    private readonly TurnTaking _floor;
    private readonly CueListener _cues;
    private readonly SentimentSums[] _sentiments;
    private readonly int[] _words;
    private long _end;

    public FactCollector(FactPhrases phrases, RuleCall call)
    {
        (_phrases, _call) = (phrases, call);
        var voices = call.Voices ?? LegVoice.Of(call.Parties);
        _floor = new TurnTaking(voices);
        _cues = new CueListener(phrases, call with { Voices = voices });
        _sentiments = [.. call.Parties.Select(_ => new SentimentSums())];
        _words = new int[call.Parties.Count];
    }

    /// <summary>Takes the next event; all legs have passed its decision time.</summary>
    public void Apply(LegEvent e)
    {
        _end = Math.Max(_end, e.Decided);
        _floor.Apply(e);
        _cues.Hear(e);
        if (e is not UtteranceSpoken { Utterance: var said } spoken) return;
        _words[e.Leg] += SpokenWords.Count(said);
        if (spoken.Meaning is { } meaning)
            _sentiments[e.Leg].Add(meaning.Sentiment, Math.Max(1, said.Words.Count), said.Start + (said.End - said.Start) / 2);
    }

    /// <summary>The facts, when no more events come.</summary>
    public CallFacts Finish()
    {
        _floor.Finish();
        var talk = _floor.Legs.Sum(leg => leg.Talk);
        var twoLegs = _call.Parties.Count > 1;
        return new CallFacts
        {
            Version = _phrases.Version,
            DurationSeconds = Seconds(_end),
            Parties = [.. Enumerable.Range(0, _call.Parties.Count).OrderBy(leg => Rank(_call.Parties[leg]))
                .Select(leg => PartyOf(leg, talk, twoLegs))],
            OverlapSeconds = twoLegs ? Seconds(_floor.Overlap) : null,
            Interruptions = twoLegs
                ? [.. _floor.Interruptions.Select(i =>
                    new Interruption(_call.Parties[i.By], i.By, _call.Parties[i.Of], i.Of, Seconds(i.Start), Seconds(i.End - i.Start)))]
                : null,
            Silence = new SilenceFacts(_floor.SilenceCount, Seconds(_floor.SilentTime), _end == 0 ? null : Share(_floor.SilentTime, _end),
                _floor.Longest is { } longest ? new TimeStretch(Seconds(longest.Start), Seconds(longest.End),
                    Seconds(longest.End - longest.Start)) : null),
            Hold = HoldSearch.Find(_floor.Silences, _cues.Heard(FactCue.HoldRequest), _cues.Heard(FactCue.HoldThanks)),
            ProblemResolved = Resolution.Of(_cues, _end),
            Greeting = Said(FactCue.Greeting, c => c.Start - _floor.FirstSpeech(c.Leg) < AudioTime.Position(30)),
            RecordingNotice = Said(FactCue.RecordingNotice),
            FurtherHelp = Said(FactCue.FurtherHelp),
            Empathy = Said(FactCue.Empathy),
            CallbackPromised = Said(FactCue.CallbackPromise),
        };
    }

    internal static double Seconds(long position) => Math.Round(AudioTime.Seconds(position), 3);

    private SaidFact Said(FactCue cue, Predicate<HeardCue>? counts = null)
    {
        var heard = _cues.Heard(cue).Where(c => counts is null || counts(c)).Select(c => c.Evidence).Take(MostEvidence).ToList();
        return heard.Count > 0 ? new SaidFact(true, heard) : _cues.CouldHear(cue) ? new SaidFact(false, []) : SaidFact.Unknown;
    }

    private PartyFacts PartyOf(int leg, long talkOfAll, bool twoLegs)
    {
        var talk = _floor.Legs[leg].Talk;
        return new PartyFacts(_call.Parties[leg], leg, Seconds(talk), talkOfAll == 0 ? null : Share(talk, talkOfAll), _words[leg],
            talk < AudioTime.Position(5) ? null : Math.Round(_words[leg] * 60 / AudioTime.Seconds(talk), 1),
            twoLegs ? _floor.Legs[leg].Interruptions : null, _sentiments[leg].Facts(_end));
    }

    private static double Share(long part, long whole) => Math.Round((double)part / whole, 3);

    private static int Rank(Party party) => party switch { Party.Customer => 0, Party.Agent => 1, _ => 2 };
}
