using BenchmarkDotNet.Attributes;
using SpeechQA.Engine.Language;
using SpeechQA.Engine.Rules.Phrases;
using SpeechQA.Engine.Rules.Reading;

namespace SpeechQA.Bench.Micro;

/// <summary>One word against all phrases of all rules, by the number of rules: normalising, looking up, stepping.</summary>
[MemoryDiagnoser]
public class PhraseBenchmarks
{
    private const int Words = 340;
    private static readonly string[] Speech = [.. string.Join(' ',
        Enumerable.Repeat("I want to maybe buy the thing3 now, or I need to go and buy item7 now.", 20)).Split(' ')];

    private readonly PhraseTracker _tracker = new();
    private readonly List<PhraseHit> _hits = [];
    private PhraseAutomaton _automaton = null!;

    [Params(10, 1_000, 10_000)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var yaml = string.Concat(Enumerable.Range(0, Rules).Select(i =>
            $"  - {{ id: r{i}, severity: info, party: customer, when: {{ phrase: \"i (want|need) to * buy [the] (thing{i}|item{i}) now\" "
            + $"}} }}\n"));
        var reading = RuleReader.ReadTexts(("rules.yaml", "rules:\n" + yaml));
        _automaton = (reading.Set ?? throw new InvalidOperationException(reading.Errors[0].ToString())).AutomatonOf("en")!;
        if (Speech.Length != Words || Run() != 40) throw new InvalidOperationException("the phrases are not found");
    }

    [Benchmark(OperationsPerInvoke = Words)]
    public int Run()
    {
        _hits.Clear();
        _tracker.Reset();
        var sink = new Sink(this);
        foreach (var word in Speech) WordNormalizer.Normalize(word, SpokenLanguage.English, ref sink);
        return _hits.Count;
    }

    private struct Sink(PhraseBenchmarks owner) : ITokenSink
    {
        private long _index;

        public void Add(ReadOnlySpan<char> token) =>
            owner._tracker.Step(owner._automaton, owner._automaton.WordOf(token), _index++, owner._hits);
    }
}
