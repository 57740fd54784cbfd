namespace SpeechQA.Engine.Language;

/// <summary>
/// A language that rules know: how its spoken words are brought to one spelling, and which forms a word has. Both the
/// phrases of rules and the words of a call pass through the same normalisation, so what is written is never compared
/// with what is heard in another spelling.
/// </summary>
public abstract class SpokenLanguage
{
    /// <summary>Code <c>en</c>.</summary>
    public static readonly SpokenLanguage English = new English();

    /// <summary>Code <c>fr</c>.</summary>
    public static readonly SpokenLanguage French = new French();

    /// <summary>Every language that rules may name.</summary>
    public static IReadOnlyList<SpokenLanguage> All { get; } = [English, French];

    private protected SpokenLanguage(string code) => Code = code;

    /// <summary>ISO 639-1 code, as the recogniser reports it.</summary>
    public string Code { get; }

    /// <summary>The language of a code, or null when rules do not know it.</summary>
    public static SpokenLanguage? Find(string code) => code switch
    {
        "en" => English,
        "fr" => French,
        _ => null,
    };

    /// <summary>
    /// The inflected forms of a word given in its base form (infinitive, singular, masculine), itself included, folded.
    /// Inflection only: <c>cancel</c> has <c>cancelled</c>, not <c>cancellation</c>.
    /// </summary>
    /// <param name="word">Lower case, accents kept: French needs them to tell <c>remboursé</c> from <c>rembourse</c>.</param>
    public abstract IReadOnlySet<string> FormsOf(string word);

    /// <summary>A cardinal number in words, 0..<see cref="NumberWords.Largest"/>.</summary>
    internal abstract string Cardinal(int number);

    /// <summary>Takes one folded run of letters, digits and apostrophes apart and gives its words to the sink.</summary>
    internal abstract void Split<TSink>(ReadOnlySpan<char> run, ref TSink sink)
        where TSink : struct, ITokenSink;
}

/// <summary>Receives normalised words one after another.</summary>
internal interface ITokenSink
{
    void Add(ReadOnlySpan<char> token);
}
