namespace SpeechQA.Engine.Secrets;

/// <summary>What a party has asked for or announced.</summary>
[Flags]
internal enum PromptKind
{
    Card = 1,

    /// <summary>Only a card's "expires" counts: contracts expire too.</summary>
    ExpiryOfCard = 2,
    Expiry = 4,
    SecurityCode = 8,
    Iban = 16,

    /// <summary>A bank account, whose plain number stays readable.</summary>
    Account = 32,

    /// <summary>A number that is no secret comes: it ends what was asked before.</summary>
    Harmless = 64,

    /// <summary>The phrase of a configured pattern.</summary>
    Configured = 128,
}

/// <param name="End">Position of the end of its last word.</param>
/// <param name="Pattern">The configured pattern it belongs to, or null.</param>
internal sealed record SecretPrompt(PromptKind Kind, long End, SecretPattern? Pattern = null);

/// <summary>
/// Phrases after which digits are a secret, or surely none. <c>|</c> parts choices; up to three words may lie between the
/// words of a phrase. Folded words; the plural and the recogniser's usual mishearings are written out.
/// </summary>
internal sealed class SecretPrompts
{
    private const int Between = 3;

    private static readonly string[] CardWords = ["card", "cards", "carte", "cartes", "cart", "mastercard", "visa", "amex"];

    private static readonly Phrase[] Known =
    [
        .. Phrases(PromptKind.Card, string.Join('|', CardWords), "long number", "sixteen|16|seize digits|digit|numbers|chiffres",
            "carte bleue", "cb"),
        .. Phrases(PromptKind.Expiry, "expiry|expiration|validity|validite date", "date expiration|expiry|validite", "expiry"),
        .. Phrases(PromptKind.ExpiryOfCard, "expire|expires|expired|expirent|expiration|expiry|expiring", "valid until|thru|through|to",
            "valable jusqu"),
        .. Phrases(PromptKind.SecurityCode, "security|verification|secret code|number", "cvv|cvc|csc|cvv2|cvc2",
            "cryptogram|cryptogramme|criptogramme",
            "three|3|four|4|last|final digits|numbers back|reverse", "trois|3|quatre|4|derniers chiffres dos|verso|arriere|derriere",
                "code securite|verification|secret"),
        .. Phrases(PromptKind.Iban | PromptKind.Account | PromptKind.Harmless, "iban|ibans|rib", "i ban"),
        .. Phrases(PromptKind.Account | PromptKind.Harmless, "account number", "sort code", "numero compte"),
        .. Phrases(PromptKind.Account, "bank account|details", "compte|virement|virements|prelevement|prelevements", "direct debit",
            "coordonnees bancaires"),
        .. Phrases(PromptKind.Harmless,
            "order|booking|reservation|reference|policy|contract|case|ticket|claim|customer|client|member|membership"
            + "|tracking|confirmation|phone|telephone|mobile|flight|invoice|serial|meter|transaction"
            + "|operation number|reference|code|id",
            "number|reference order|booking|reservation|policy|contract|case|claim",
            "numero|reference commande|reservation|dossier|contrat|client|sinistre|operation|telephone|portable|suivi|facture|vol"
            + "|abonne|police|adherent|reference|confirmation|transaction|compteur|serie",
            "dossier|contrat|reference est|c", "reference is", "code postal", "postcode"),
    ];

    private readonly Phrase[] _phrases;

    public SecretPrompts(IReadOnlyList<SecretPattern> patterns) =>
        _phrases = [.. Known, .. patterns.SelectMany(p =>
            Phrases(PromptKind.Configured, [.. p.After.Select(Folded)]).Select(phrase => phrase with { Pattern = p }))];

    /// <summary>Finds the prompts of an utterance and marks their words.</summary>
    public List<SecretPrompt> Find(IReadOnlyList<HeardWord> words)
    {
        var parts = new List<(string Text, int Word)>();
        for (var w = 0; w < words.Count; w++) parts.AddRange(words[w].Parts.Select(p => (p, w)));
        var prompts = new List<SecretPrompt>();
        var matched = new int[Between + 1];
        foreach (var phrase in _phrases)
        {
            for (var i = 0; i < parts.Count; i++)
            {
                if (!Matches(phrase, parts, i, ref matched)) continue;
                foreach (var part in matched.AsSpan(0, phrase.Words.Length)) words[parts[part].Word].IsPrompt = true;
                prompts.Add(new SecretPrompt(phrase.Kind, words[parts[matched[phrase.Words.Length - 1]].Word].End, phrase.Pattern));
            }
        }
        return prompts;
    }

    private static bool Matches(Phrase phrase, List<(string Text, int Word)> parts, int from, ref int[] matched)
    {
        if (matched.Length < phrase.Words.Length) matched = new int[phrase.Words.Length];
        var at = from;
        for (var k = 0; k < phrase.Words.Length; k++)
        {
            var last = Math.Min(parts.Count - 1, k == 0 ? from : at + Between);
            while (at <= last && !phrase.Words[k].Contains(parts[at].Text))
            {
                // "the customer's card number" asks for a card, not for a customer number.
                if (phrase.Kind == PromptKind.Harmless && CardWords.Contains(parts[at].Text)) return false;
                at++;
            }
            if (at > last) return false;
            matched[k] = at++;
        }
        return true;
    }

    private static IEnumerable<Phrase> Phrases(PromptKind kind, params string[] phrases) =>
        phrases.Where(p => p.Length > 0).Select(p => new Phrase(kind, [.. p.Split(' ').Select(w => w.Split('|'))], null));

    private static string Folded(string phrase) => string.Join(' ', new HeardWord(-1, phrase, 0, 0).Parts);

    private sealed record Phrase(PromptKind Kind, string[][] Words, SecretPattern? Pattern);
}
