using SpeechQA.Bench.Truth;
using SpeechQA.Bench.WordErrors;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Analysis;

namespace SpeechQA.Bench.Calls;

/// <summary>A text in which a secret of the truth can be read.</summary>
/// <param name="Where"><c>utterance</c>, <c>words</c>, <c>summary</c> or <c>evidence</c>.</param>
internal sealed record SecretLeak(string Call, TruthEvent Secret, string Where, string Text);

/// <summary>
/// Looks for the secrets of a truth file in what is shown of a call, in figures or words: of card numbers and IBANs no four
/// digits in a row may be left anywhere; of a CVV and an expiry date nothing that is a number of its own where they were said.
/// </summary>
internal static class SecretLeaks
{
    private const int FewestDigits = 4;
    private const double Around = 2;

    /// <summary>Types of events that are secrets.</summary>
    public static readonly string[] Types = ["card_number", "card_expiry", "cvv", "iban"];

    public static IReadOnlyList<SecretLeak> Of(CallAnalysis call, CallTruth truth)
    {
        var language = truth.Call.Language[..2];
        var texts = Texts(call).Select(t => (t.Where, t.Start, t.End, t.Text, Numbers: Numbers(t.Text, language)))
            .Where(t => t.Numbers.Count > 0).ToList();
        return [.. from secret in truth.Events
                   where Types.Contains(secret.Type) && secret.Value is not null
                   from text in texts
                   let near = text.Start <= secret.End + Around && text.End >= secret.Start - Around
                   where text.Numbers.Any(number => Shows(secret, number, near))
                   select new SecretLeak(truth.Call.Id, secret, text.Where, text.Text)];
    }

    private static IEnumerable<(string Where, double Start, double End, string Text)> Texts(CallAnalysis call)
    {
        foreach (var u in call.Utterances)
        {
            var (start, end) = (AudioTime.Seconds(u.Start), AudioTime.Seconds(u.End));
            yield return ("utterance", start, end, u.Text);
            yield return ("words", start, end, string.Join(' ', u.Words.Select(w => w.Text.Trim())));
        }
        foreach (var a in call.Alerts)
        {
            yield return ("summary", AudioTime.Rounded(a.Start), AudioTime.Rounded(a.End), a.Summary);
            foreach (var e in a.Evidence)
                yield return ("evidence", AudioTime.Rounded(e.Start), AudioTime.Rounded(e.End), $"{e.Text} | {e.Pattern} | {e.How}");
        }
    }

    /// <summary>Runs of digits, whether they were written in figures or in words.</summary>
    private static List<string> Numbers(string text, string language)
    {
        // What masks a number stands between its neighbours like a word.
        var readable = text.Replace("•", " x ");
        var numbers = new List<string>();
        var run = "";
        foreach (var word in TextNormalizer.Normalize(readable, language).Split(' ').Append(""))
        {
            if (word is [>= '0' and <= '9'])
            {
                run += word;
                continue;
            }
            if (run.Length > 0) numbers.Add(run);
            run = "";
        }
        return numbers;
    }

    private static bool Shows(TruthEvent secret, string number, bool near)
    {
        var digits = string.Concat(secret.Value!.Where(char.IsAsciiDigit));
        return secret.Type switch
        {
            "cvv" => near && number.Contains(digits, StringComparison.Ordinal),
            // 03/28: the year as it may be spoken, or both together.
            "card_expiry" => near && digits.Length == 4 && (number == digits[2..]
                || number.Contains("20" + digits[2..], StringComparison.Ordinal)
                || number.Contains(digits, StringComparison.Ordinal) || number.Contains(digits.TrimStart('0'), StringComparison.Ordinal)),
            _ => Enumerable.Range(0, Math.Max(0, digits.Length - FewestDigits + 1))
                .Any(i => number.Contains(digits.AsSpan(i, FewestDigits), StringComparison.Ordinal)),
        };
    }
}
