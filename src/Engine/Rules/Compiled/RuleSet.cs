using System.Security.Cryptography;
using System.Text;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Language;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Rules.Phrases;
using SpeechQA.Engine.Secrets;

namespace SpeechQA.Engine.Rules.Compiled;

/// <summary>Where the rules in force come from; a call asks again at every utterance.</summary>
public interface IRuleSource
{
    /// <summary>The rules in force now.</summary>
    RuleSet Current { get; }
}

/// <summary>
/// Rules in force together: valid, compiled, immutable, shared by all calls. Phrases of all rules are one
/// <see cref="PhraseAutomaton"/> per language.
/// </summary>
public sealed class RuleSet : IRuleSource
{
    private static long _sets;

    private readonly Dictionary<string, PhraseAutomaton> _automata;
    private readonly Dictionary<string, Lazy<PhoneticMatcher?>> _sounds;
    private readonly HashSet<Party> _early;

    private RuleSet(CompiledRule[] compiled, List<PhraseUse> phrases, Dictionary<string, PhraseAutomaton> automata,
        IReadOnlyList<SecretPattern> secrets)
    {
        SecretPatterns = secrets;
        Compiled = compiled;
        Phrases = phrases;
        _automata = automata;
        _sounds = automata.ToDictionary(a => a.Key, a => new Lazy<PhoneticMatcher?>(() => SoundOf(a.Key, a.Value)));
        var nodes = compiled.SelectMany(c => c.Nodes).ToList();
        Paces = nodes.FindAll(n => n.Condition is PaceCondition);
        Inflections = nodes.FindAll(n => n.Condition is InflectionCondition or RaisedVoiceCondition);
        Silences = nodes.FindAll(n => n.Condition is SilenceCondition);
        Meanings = nodes.FindAll(n => n.Condition is MeaningCondition or SentimentCondition);
        Secrets = nodes.FindAll(n => n.Condition is SecretCondition);
        TalkOvers = nodes.FindAll(n => n.Condition is TalkOverCondition);
        Deadlines = [.. nodes.Where(n => n.Condition is NotSaidCondition { After: null }).Select(n => compiled[n.Rule]).Distinct()];
        _early = [.. Enum.GetValues<Party>().Where(party => phrases.Exists(p => !p.Node.InNone && compiled[p.Node.Rule].CanBeEarly
            && CompiledRule.FitsParty(p.Node.Party, party)))];
        Referred = [.. RuleReferences.Link(compiled)];
        Rules = [.. compiled.Select(c => c.Rule)];
        Version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
            Rules.Select(r => $"{r.Id} {r.Version}")))))[..8];
    }

    /// <summary>No rule at all.</summary>
    public static RuleSet Empty { get; } = Compile([])!;

    /// <summary>In the order of their files and lines.</summary>
    public IReadOnlyList<Rule> Rules { get; }

    /// <summary>Fingerprint of all rules: 8 hex digits.</summary>
    public string Version { get; }

    RuleSet IRuleSource.Current => this;

    /// <summary>Unique in this process, so that what was found under other rules can be told apart.</summary>
    internal long Id { get; } = Interlocked.Increment(ref _sets);

    internal IReadOnlyList<CompiledRule> Compiled { get; }

    /// <summary>Phrases by the number the automata report.</summary>
    internal IReadOnlyList<PhraseUse> Phrases { get; }

    internal IReadOnlyList<RuleNode> Paces { get; }
    internal IReadOnlyList<RuleNode> Inflections { get; }
    internal IReadOnlyList<RuleNode> Silences { get; }
    internal IReadOnlyList<RuleNode> TalkOvers { get; }
    internal IReadOnlyList<RuleNode> Meanings { get; }
    internal IReadOnlyList<RuleNode> Secrets { get; }

    /// <summary>Secrets of the site's own that the rules bring.</summary>
    public IReadOnlyList<SecretPattern> SecretPatterns { get; }

    /// <summary>Whether words of a party may raise something before its utterance is over.</summary>
    internal bool MayBeEarly(Party party) => _early.Contains(party);

    /// <summary>Its conditions on meaning as a text model understands them.</summary>
    internal MeaningRules Understood { get; } = new();

    /// <summary>Rules that others wait for (<c>fired</c>), each before those that wait for it.</summary>
    internal IReadOnlyList<CompiledRule> Referred { get; }

    /// <summary>Rules with a deadline that counts from the start of the call.</summary>
    internal IReadOnlyList<CompiledRule> Deadlines { get; }

    /// <summary>Compiles valid rules; null when their phrases together exceed <see cref="RuleLimits.AutomatonStates"/>.</summary>
    internal static RuleSet? Compile(IReadOnlyList<Rule> rules, IReadOnlyList<SecretPattern>? secrets = null)
    {
        var compiled = rules.Select((rule, i) => new CompiledRule(i, rule)).ToArray();
        var phrases = new List<PhraseUse>();
        var builders = new Dictionary<string, PhraseAutomatonBuilder>();
        foreach (var node in compiled.SelectMany(rule => rule.Nodes))
        {
            if (node.Condition is not PhraseCondition condition) continue;
            foreach (var (phrase, number) in condition.Phrases.Select((p, i) => (p, i)))
            {
                if (!builders.TryGetValue(phrase.Language.Code, out var builder))
                    builders[phrase.Language.Code] = builder = new PhraseAutomatonBuilder();
                var parts = condition.Near is null ? [phrase.Pattern] : PatternParser.Parts(phrase.Pattern);
                for (var part = 0; part < parts.Count; part++)
                {
                    builder.Add(parts[part], phrases.Count);
                    phrases.Add(new PhraseUse(phrases.Count, node, phrase, number, part));
                }
            }
        }
        var automata = new Dictionary<string, PhraseAutomaton>();
        foreach (var (language, builder) in builders)
        {
            if (builder.Build() is not { } automaton) return null;
            automata[language] = automaton;
        }
        return new RuleSet(compiled, phrases, automata, secrets ?? []);
    }

    /// <summary>The automaton of a language, or null when no rule has phrases in it.</summary>
    internal PhraseAutomaton? AutomatonOf(string language) => _automata.GetValueOrDefault(language);

    /// <summary>Finds a language's phrases by their sound; null when none may be found so. Made when first asked for.</summary>
    internal PhoneticMatcher? SoundOf(string language) => _sounds.GetValueOrDefault(language)?.Value;

    private PhoneticMatcher? SoundOf(string language, PhraseAutomaton automaton) =>
        SpokenLanguage.Find(language) is { } spoken
        && Phrases.Any(p => p.Phrase.Language == spoken && ((PhraseCondition)p.Node.Condition).Sound != PhoneticTolerance.Off)
            ? new PhoneticMatcher(this, automaton, spoken)
            : null;
}

/// <summary>A phrase as it stands in a rule.</summary>
/// <param name="Index">Its place in <see cref="RuleSet.Phrases"/>.</param>
/// <param name="Node">The condition it belongs to.</param>
/// <param name="Number">Which phrase of the condition.</param>
/// <param name="Part">Which part of a phrase with near; 0 otherwise.</param>
internal sealed record PhraseUse(int Index, RuleNode Node, Phrase Phrase, int Number, int Part);

/// <summary>A condition in the tree of its rule.</summary>
/// <param name="Rule">Index of the rule in its set.</param>
/// <param name="Index">Index in <see cref="CompiledRule.Nodes"/>; a parent comes before its children.</param>
/// <param name="Parent">Index of the parent, or -1.</param>
/// <param name="InNone">It stands below <c>none</c>.</param>
/// <param name="Party">Whose words or pace it looks at; null: each party's.</param>
internal sealed record RuleNode(int Rule, int Index, int Parent, Condition Condition, bool InNone, Party? Party);

/// <summary>A rule with its conditions laid out flat.</summary>
internal sealed class CompiledRule
{
    private readonly List<RuleNode> _waiting = [];
    private readonly HashSet<Party?> _looking;
    private readonly bool _wordsOnly;
    private readonly bool _voiceOnly;

    public CompiledRule(int index, Rule rule)
    {
        Index = index;
        Rule = rule;
        var nodes = new List<RuleNode>();
        Add(rule.When, -1, false);
        Nodes = nodes;
        _looking = [.. nodes.Where(n => n.Condition is PhraseCondition or PaceCondition or InflectionCondition or RaisedVoiceCondition
            or MeaningCondition or SentimentCondition).Select(n => n.Party)];
        Nones = [.. nodes.Where(n => n.InNone).Select(n => n.Condition).OfType<PhraseCondition>()];
        _wordsOnly = nodes.TrueForAll(n => n.Condition is PhraseCondition or AnyCondition or AllCondition or SequenceCondition
            or NoneCondition || (n.Condition is MeaningCondition && !n.InNone));
        _voiceOnly = nodes.TrueForAll(n => n.Condition is InflectionCondition or RaisedVoiceCondition or AnyCondition or AllCondition
            or SequenceCondition or NoneCondition);
        AcrossLegs = _looking.Count > 1 || nodes.Any(n => n.Condition is SilenceCondition or TalkOverCondition or SecretCondition);

        void Add(Condition condition, int parent, bool inNone)
        {
            inNone |= condition is NoneCondition;
            var party = condition switch
            {
                PhraseCondition phrase => phrase.Party,
                PaceCondition pace => pace.Party,
                InflectionCondition inflection => inflection.Party,
                RaisedVoiceCondition raised => raised.Party,
                MeaningCondition meaning => meaning.Party,
                SentimentCondition sentiment => sentiment.Party,
                SecretCondition secret => secret.Party,
                _ => null,
            };
            var node = new RuleNode(index, nodes.Count, parent, condition, inNone, party ?? rule.Party);
            nodes.Add(node);
            foreach (var part in condition.Parts) Add(part, node.Index, inNone);
        }
    }

    public int Index { get; }
    public Rule Rule { get; }
    public IReadOnlyList<RuleNode> Nodes { get; }

    /// <summary>Indices of the conditions directly below one, in their order.</summary>
    public IReadOnlyList<int> ChildrenOf(RuleNode node) => [.. Nodes.Where(n => n.Parent == node.Index).Select(n => n.Index)];

    /// <summary>True when it must see both legs; it then runs in the merged order of the call.</summary>
    public bool AcrossLegs { get; private set; }

    /// <summary>It asks for nothing but the voice of one leg: it need not wait for words.</summary>
    public bool IsVoiceOnly => !AcrossLegs && _voiceOnly;

    /// <summary>
    /// Phrases of one leg may raise it while an utterance is still being spoken; what it asks of meaning comes with the final.
    /// </summary>
    public bool CanBeEarly => !AcrossLegs && _wordsOnly;

    /// <summary>The phrases below <c>none</c>.</summary>
    public IReadOnlyList<PhraseCondition> Nones { get; }

    /// <summary>Conditions of other rules that wait for this one.</summary>
    public IReadOnlyList<RuleNode> Waiting => _waiting;

    /// <summary>Lets a condition of another rule wait for this one; that rule then looks where this one looks.</summary>
    public void AddWaiting(CompiledRule other, RuleNode node)
    {
        _waiting.Add(node);
        other._looking.UnionWith(_looking);
        other.AcrossLegs |= AcrossLegs || other._looking.Count > 1;
    }

    /// <summary>Whether the rule looks at calls of this queue.</summary>
    public bool FitsQueue(string? queue) =>
        Rule.Queues.Count == 0 || (queue is not null && Rule.Queues.Contains(queue, StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// Whether a party's words count for a condition. On a leg of unknown party (a one-channel recording of both) the words
    /// may be anybody's, so they count for every condition.
    /// </summary>
    public static bool FitsParty(Party? wanted, Party speaker) => wanted is null || speaker == Party.Unknown || wanted == speaker;
}
