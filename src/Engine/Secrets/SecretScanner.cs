using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Secrets;

/// <summary>A secret and the items that spell it.</summary>
/// <param name="IsRepeat">It was found before and is said again: masked, no news.</param>
internal sealed record SecretHit(string Kind, SpokenRun Run, string How, bool IsRepeat = false);

/// <summary>
/// Searches what both legs have said lately, in the order of the audio; the outcome depends on the words alone, not on
/// when they came.
/// <list type="number">
/// <item>bank accounts by their check digits, or by their form after a prompt;</item>
/// <item>configured patterns;</item>
/// <item>card numbers by their check digit (13 to 19 digits);</item>
/// <item>after a prompt of either party: expiry, security code, and four digits or more, for a recogniser that loses one
/// digit spoils every check digit;</item>
/// <item>what was found before and is said again.</item>
/// </list>
/// </summary>
internal sealed class SecretScanner(IReadOnlyList<SecretPattern> patterns)
{
    private const int LeastPromptedDigits = 4;
    private const int LeastIbanRest = 8;
    private static readonly long PromptReach = AudioTime.Position(15);

    /// <summary>Who reads slowly goes on after the prompt's time is over.</summary>
    private static readonly long Continuation = AudioTime.Position(8);

    /// <summary>Right after its prompt two digits are a code of which one was lost.</summary>
    private static readonly long CodeHalfHeard = AudioTime.Position(4);

    /// <summary>How long a call is about a card after the word was said.</summary>
    private static readonly long CardTopic = AudioTime.Position(60);

    public List<SecretHit> Scan(IReadOnlyList<SpokenRuns> legs, IReadOnlyList<SecretPrompt> prompts)
    {
        var hits = legs.SelectMany(l => l.Spelt()).SelectMany(run => Accounts(run, prompts).Concat(Configured(run, prompts))).ToList();
        hits.AddRange(legs.SelectMany(l => l.Strict())
            .Where(run => IsCard(run, prompts) && !IsInside(run, hits))
            .Select(run => new SecretHit(SecretKind.CardNumber, run, "check digit")));
        var topic = new CardTopicState();
        foreach (var run in legs.SelectMany(l => l.Loose()).OrderBy(r => r.Start).ThenBy(r => r.Leg))
            if (!IsInside(run, hits) && Prompted(run, prompts, hits, topic) is { } hit) hits.Add(hit);
        hits.AddRange(legs.SelectMany(l => l.Strict()).Where(run => !IsInside(run, hits) && IsRepeat(run, hits)).ToList()
            .Select(run => new SecretHit(SecretKind.CardNumber, run, "said before", IsRepeat: true)));
        return [.. hits.OrderBy(h => h.Run.Start).ThenBy(h => h.Run.Leg)];
    }

    /// <summary>True when digits said now would be taken for a secret: a partial then shows none.</summary>
    public static bool IsAwaited(SpokenRun run, IReadOnlyList<SecretPrompt> prompts)
    {
        var closed = LastEnd(prompts, PromptKind.Harmless, run.Start, long.MaxValue);
        const PromptKind asked = PromptKind.Card | PromptKind.Expiry | PromptKind.ExpiryOfCard | PromptKind.SecurityCode;
        return LastEnd(prompts, asked, run.Start, PromptReach) > closed
            || LastEnd(prompts, PromptKind.Iban, run.Start, PromptReach) is not None;
    }

    private const long None = long.MinValue;

    private static IEnumerable<SecretHit> Accounts(SpokenRun run, IReadOnlyList<SecretPrompt> prompts)
    {
        var text = SpokenRun.Joined(run.Items);
        var offset = 0;
        for (var i = 0; i < run.Items.Count; offset += run.Items[i++].Text.Length)
        {
            if (!run.Items[i].IsLetter || text.Length - offset < 4 + LeastIbanRest || !IsIbanHead(text.AsSpan(offset))) continue;
            var length = CheckDigits.IbanAt(text.AsSpan(offset));
            var prompted = LastEnd(prompts, PromptKind.Iban | PromptKind.Account, run.Heard[run.Items[i].First].Start,
                PromptReach) is not None;
            if (length == 0 && (!prompted || Figures(text.AsSpan(offset + 4)) < LeastIbanRest)) continue;
            var items = ItemsOf(run, offset, length > 0 ? length : text.Length - offset);
            yield return new SecretHit(SecretKind.Iban, new SpokenRun(run.Leg, run.Heard, items), length > 0
                ? "check digits"
                : "form, after an account prompt");
            yield break;
        }
    }

    private static int Figures(ReadOnlySpan<char> text)
    {
        var figures = 0;
        foreach (var c in text) figures += char.IsAsciiDigit(c) ? 1 : 0;
        return figures;
    }

    private static bool IsIbanHead(ReadOnlySpan<char> text) =>
        char.IsAsciiDigit(text[2]) && char.IsAsciiDigit(text[3]) && CheckDigits.IsIbanCountry(text[..2].ToString());

    private List<SecretHit> Configured(SpokenRun run, IReadOnlyList<SecretPrompt> prompts)
    {
        var hits = new List<SecretHit>();
        if (patterns.Count == 0) return hits;
        var text = SpokenRun.Joined(run.Items).ToUpperInvariant();
        foreach (var pattern in patterns)
        {
            if (pattern.After.Count > 0 && !prompts.Any(p => p.Pattern == pattern && IsBefore(p, run.Start, PromptReach))) continue;
            foreach (var match in pattern.Expression.EnumerateMatches(text))
                if (match.Length > 0)
                    hits.Add(new SecretHit(pattern.Name, new SpokenRun(run.Leg, run.Heard, ItemsOf(run, match.Index, match.Length)),
                        "configured pattern"));
        }
        return hits;
    }

    // A number just announced as another one is a card number only if it looks like one: one digit misheard makes one in
    // ten booking numbers pass the check.
    private static bool IsCard(SpokenRun run, IReadOnlyList<SecretPrompt> prompts)
    {
        if (run.Digits.Length < CheckDigits.ShortestCard) return false;
        if (CheckDigits.HoldsCommonCard(run.Digits)) return true;
        var announced = LastEnd(prompts, PromptKind.Harmless, run.Start, PromptReach);
        var other = announced is not None && announced >= LastEnd(prompts, PromptKind.Card, run.Start, PromptReach);
        return !other && CheckDigits.IsCard(run.Digits);
    }

    private static List<SpokenItem> ItemsOf(SpokenRun run, int index, int length)
    {
        var items = new List<SpokenItem>();
        var offset = 0;
        foreach (var item in run.Items)
        {
            if (offset < index + length && offset + item.Text.Length > index) items.Add(item);
            offset += item.Text.Length;
        }
        return items;
    }

    private static SecretHit? Prompted(SpokenRun run, IReadOnlyList<SecretPrompt> prompts, List<SecretHit> hits, CardTopicState topic)
    {
        if (run.IsAmount) return null;
        var harmless = LastEnd(prompts, PromptKind.Harmless, run.Start, long.MaxValue);
        var card = LastEnd(prompts, PromptKind.Card | PromptKind.SecurityCode, run.Start, CardTopic) is not None
            || hits.Any(h => h.Kind == SecretKind.CardNumber && h.Run.End <= run.Start && run.Start - h.Run.End <= CardTopic);
        var expiryKinds = card ? PromptKind.Expiry | PromptKind.ExpiryOfCard : PromptKind.Expiry;
        var expiry = LastEnd(prompts, expiryKinds, run.Start, PromptReach);
        var code = LastEnd(prompts, PromptKind.SecurityCode, run.Start, PromptReach);
        var codeLength = run.Digits.Length is 3 or 4 || (run.Digits.Length == 2 && run.Start - code <= CodeHalfHeard);
        if (code > harmless && code >= expiry && codeLength && !run.HasMonth && topic.MayGiveCode(run))
            return topic.Found(new SecretHit(SecretKind.CardSecurityCode, run, "after its prompt"));
        if (expiry > harmless && (run.HasMonth || (expiry > code && run.Digits.Length is >= 2 and <= 8)) && topic.MayGiveExpiry(run))
            return topic.Found(new SecretHit(SecretKind.CardExpiry, run, "after its prompt"));
        var asked = LastEnd(prompts, PromptKind.Card | PromptKind.SecurityCode | expiryKinds, run.Start, PromptReach);
        var goesOn = run.Leg == topic.CardLeg && topic.CardEnd > harmless && run.Start - topic.CardEnd <= Continuation;
        if (run.Digits.Length >= LeastPromptedDigits && ((asked > harmless && asked > topic.CodeEnd) || goesOn))
            return topic.Found(new SecretHit(SecretKind.CardNumber, run, "after a card prompt"));
        if (run.Digits.Length >= LeastIbanRest && LastEnd(prompts, PromptKind.Iban, run.Start, PromptReach) is not None)
            return new SecretHit(SecretKind.Iban, run, "after its prompt");
        return null;
    }

    // Half of the run or more, and four digits at least, are a card number's that was found before.
    private static bool IsRepeat(SpokenRun run, List<SecretHit> hits)
    {
        if (run.Digits.Length < LeastPromptedDigits) return false;
        var least = Math.Max(LeastPromptedDigits, (run.Digits.Length + 1) / 2);
        return hits.Any(h => h.Kind == SecretKind.CardNumber
            && Enumerable.Range(0, run.Digits.Length - least + 1)
                .Any(i => h.Run.Digits.Contains(run.Digits.Substring(i, least), StringComparison.Ordinal)));
    }

    private static bool IsInside(SpokenRun run, List<SecretHit> hits) => hits.Any(h => h.Run.Leg == run.Leg
        && h.Run.Items[0].First <= run.Items[0].First && h.Run.Items[^1].Last >= run.Items[^1].Last);

    private static long LastEnd(IReadOnlyList<SecretPrompt> prompts, PromptKind kinds, long before, long reach) =>
        prompts.Where(p => (p.Kind & kinds) != 0 && IsBefore(p, before, reach)).Select(p => p.End).DefaultIfEmpty(None).Max();

    private static bool IsBefore(SecretPrompt prompt, long start, long reach) => prompt.End <= start && start - prompt.End <= reach;

    /// <summary>
    /// What has been given. The expiry and the code are given by one party; the other's figures after that are secrets
    /// only when they are the same. With the code the card is complete, and the prompts before it ask for nothing more.
    /// </summary>
    private sealed class CardTopicState
    {
        private SecretHit? _expiry;
        private SecretHit? _code;

        public int CardLeg { get; private set; } = -1;
        public long CardEnd { get; private set; } = None;
        public long CodeEnd { get; private set; } = None;

        public bool MayGiveExpiry(SpokenRun run) => MayGive(run, _expiry);

        public bool MayGiveCode(SpokenRun run) => MayGive(run, _code);

        public SecretHit Found(SecretHit hit)
        {
            switch (hit.Kind)
            {
                case SecretKind.CardExpiry: _expiry = hit; break;
                case SecretKind.CardSecurityCode: (_code, CodeEnd, CardEnd) = (hit, hit.Run.End, None); break;
                default: (CardLeg, CardEnd) = (hit.Run.Leg, hit.Run.End); break;
            }
            return hit;
        }

        private static bool MayGive(SpokenRun run, SecretHit? given) =>
            given is null || given.Run.Leg == run.Leg || run.Start - given.Run.End > PromptReach
                || run.Digits.Contains(given.Run.Digits, StringComparison.Ordinal);
    }
}
