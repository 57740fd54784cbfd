using System.Text.Json;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Tests.Secrets;

/// <summary>The sample calls, as they were spoken and as they were heard.</summary>
public sealed class SampleSecretsTests
{
    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["card_number"] = SecretKind.CardNumber,
        ["card_expiry"] = SecretKind.CardExpiry,
        ["cvv"] = SecretKind.CardSecurityCode,
        ["iban"] = SecretKind.Iban,
    };

    private static readonly HashSet<string> Open = ["expires", "in", "the", "security", "code", "is", "Elle", "expire", "en", "Le", "de",
        "sécurité", "c'est"];

    public static TheoryData<string> Samples => [.. Directory.GetFiles(Repository.Path("samples", "audio"), "*.truth.json")
        .Select(f => Path.GetFileName(f)[..^11]).Order()];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Secrets_are_found_and_masked_and_nothing_else(string name)
    {
        var (call, truth) = SecretCall.OfTruth(name);
        var secrets = truth.GetProperty("events").EnumerateArray().Where(e => Kinds.ContainsKey(Type(e))).ToList();
        Assert.Equal(secrets.Select(e => Kinds[Type(e)]).Order(), call.Kinds.Order());
        foreach (var secret in secrets)
        {
            AssertFound(call, secret);
            Assert.All(Words(call, secret), w => Assert.True(w is "••••" || Open.Contains(w), w));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Order_and_booking_numbers_stay_readable(string name)
    {
        var (call, truth) = SecretCall.OfTruth(name);
        foreach (var number in truth.GetProperty("near_misses").EnumerateArray().Where(e => Type(e) == "card_number"))
            Assert.Contains(number.GetProperty("text").GetString()!, string.Join(' ', Words(call, number)));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void What_the_recogniser_wrote_holds_no_secret_and_keeps_the_other_numbers(string name)
    {
        var (call, truth) = SecretCall.OfHeard(name);
        var secrets = truth.GetProperty("events").EnumerateArray().Where(e => Kinds.ContainsKey(Type(e))).ToList();
        Assert.Equal(secrets.Select(e => Kinds[Type(e)]).Order(), call.Kinds.Order());
        var shown = call.Shown.Values.Select(u => SecretCall.Figures(u.Text)).ToList();
        foreach (var secret in secrets)
        {
            AssertFound(call, secret);
            var value = secret.GetProperty("value").GetString()!;
            var least = Type(secret) == "cvv" ? 3 : 4;
            for (var i = 0; i + least <= value.Length; i++)
                Assert.All(shown, text => Assert.DoesNotContain(value.Substring(i, least), text));
        }
        foreach (var number in truth.GetProperty("near_misses").EnumerateArray().Where(e => Type(e) == "card_number"))
            Assert.DoesNotContain("••••", string.Join(' ', Words(call, number)));
    }

    private static void AssertFound(SecretCall call, JsonElement secret)
    {
        var finding = call.Findings.Single(f => f.Kind == Kinds[Type(secret)]);
        Assert.True(AudioTime.Seconds(finding.Start) < secret.GetProperty("end").GetDouble()
            && AudioTime.Seconds(finding.End) > secret.GetProperty("start").GetDouble());
    }

    private static string Type(JsonElement e) => e.GetProperty("type").GetString()!;

    // What is shown of the words within an event's time.
    private static List<string> Words(SecretCall call, JsonElement e)
    {
        var leg = e.GetProperty("party").GetString() == "agent" ? 0 : 1;
        var (start, end) = (AudioTime.Position(e.GetProperty("start").GetDouble() - 0.01),
            AudioTime.Position(e.GetProperty("end").GetDouble() + 0.01));
        return [.. call.Shown.Values.Where(u => u.Leg == leg).SelectMany(u => u.Words).Where(w => w.Start >= start && w.End <= end)
            .Select(w => w.Text)];
    }
}
