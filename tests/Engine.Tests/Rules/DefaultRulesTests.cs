using System.Text.Json;
using System.Text.RegularExpressions;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Reading;

namespace SpeechQA.Engine.Tests.Rules;

/// <summary>The default rules on the transcripts and times of the sample calls.</summary>
public sealed class DefaultRulesTests
{
    /// <summary>Which events of the truth a rule is about.</summary>
    private static readonly Dictionary<string, string[]> Meaning = new()
    {
        ["cancellation"] = ["cancellation_threat"],
        ["legal-threat"] = ["legal_threat", "regulator_threat"],
        ["supervisor-request"] = ["escalation_request"],
        ["repeat-call"] = ["repeat_call"],
        ["recording-notice"] = ["recording_notice_missing", "recording_notice_late"],
        ["hold-silence"] = ["hold_silence"],
        ["talk-over"] = ["talk_over"],
        ["agent-pace"] = ["agent_pace"],
        ["refund"] = ["refund_request"],
        ["sales-lead"] = ["sales_lead"],
        ["praise"] = ["satisfied"],
        ["dissatisfied"] = ["dissatisfied"],
        ["abusive-language"] = ["abusive_language"],
        ["rising-tension"] = [], // not from words: see InflectionRulesTests
        ["customer-anger"] = [],
        ["card-spoken"] = [], // see SampleSecretsTests
    };

    private static readonly Lazy<RuleSet> Rules = new(() => RuleReader.Load(Folder));

    public static string Folder => Path.Combine(Root, "samples", "rules");

    private static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "SpeechQA.sln"))) folder = Path.GetDirectoryName(folder)!;
            return folder;
        }
    }

    public static TheoryData<string> Calls =>
        new(Directory.EnumerateFiles(Path.Combine(Root, "samples", "audio"), "*.truth.json").Select(f => Path.GetFileName(f)!)
            .Order(StringComparer.Ordinal));

    [Fact]
    public void They_have_the_ids_that_others_rely_on() =>
        Assert.Equal(Meaning.Keys.Order(), Rules.Value.Rules.Select(r => r.Id).Order());

    /// <summary>
    /// Several hundred wordings and near misses, one utterance each: what the rules tell apart today they keep telling apart.
    /// </summary>
    [Fact]
    public void Wordings_are_told_from_near_misses()
    {
        var wrong = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(Root, "tests", "Engine.Tests", "Assets", "rules", "wordings.tsv")))
        {
            if (line.StartsWith('#') || line.Split('\t') is not [var language, var party, var expected, var text]) continue;
            var alerts = new TestCall(Enum.Parse<Party>(party, true)).Say(0, 3, 3 + text.Split(' ').Length * 0.4, text, language)
                .Run(Rules.Value, 5 + text.Split(' ').Length * 0.4).Select(a => a.Rule).Distinct().Order(StringComparer.Ordinal);
            var found = string.Join(',', alerts) is { Length: > 0 } some ? some : "-";
            if (found != expected) wrong.Add($"{text}: {found}, not {expected}");
        }
        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void Every_event_is_found_and_nothing_else(string file)
    {
        using var truth = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "samples", "audio", file)));
        var alerts = Replay(truth.RootElement);
        var events = truth.RootElement.GetProperty("events").EnumerateArray()
            .Where(e => Meaning.Values.Any(types => types.Contains(e.GetProperty("type").GetString()))).ToList();
        var missed = events.Where(e => !alerts.Exists(a => Matches(a, e)));
        var invented = alerts.Where(a => !events.Exists(e => Matches(a, e)));
        Assert.Empty(missed.Select(e => $"missed {e.GetProperty("type")} {e.GetProperty("start")} {e.GetProperty("text")}")
            .Concat(invented.Select(a => $"invented {a.Rule} {AudioTime.Seconds(a.Start):0.0} {a.Summary}")));
    }

    /// <summary>
    /// As the alerts of a call are scored: the right rule and party, and spans that meet within 1 s before and 5 s after.
    /// </summary>
    private static bool Matches(Alert alert, JsonElement e)
    {
        if (!Meaning[alert.Rule].Contains(e.GetProperty("type").GetString())) return false;
        var party = e.GetProperty("party").GetString();
        return (party == "both" || party == PartyName.Of(alert.Party))
            && AudioTime.Seconds(alert.Start) <= e.GetProperty("end").GetDouble() + 5
            && AudioTime.Seconds(alert.End) >= e.GetProperty("start").GetDouble() - 1;
    }

    private static List<Alert> Replay(JsonElement truth)
    {
        var call = new TestCall(Party.Agent, Party.Customer);
        var language = truth.GetProperty("call").GetProperty("language").GetString()!;
        foreach (var u in truth.GetProperty("utterances").EnumerateArray())
        {
            var words = u.GetProperty("words").EnumerateArray().Select(w => w.GetProperty("text").GetString()!).ToList();
            // French puts a space before ! ? : ; and the recogniser gives the mark with the word before it.
            var written = Regex.Replace(u.GetProperty("text").GetString()!, " ([!?:;])", "$1").Split(' ');
            var times = u.GetProperty("words").EnumerateArray().ToList();
            // The written words carry the punctuation; where both do not pair up the plain ones are used.
            var texts = written.Length == words.Count ? [.. written] : words;
            call.Say(u.GetProperty("party").GetString() == "agent" ? 0 : 1, language,
                [.. texts.Select((w, i) => TestCall.Word(w, times[i].GetProperty("start").GetDouble(), times[i].GetProperty("end")
                    .GetDouble()))]);
        }
        if (truth.GetProperty("line").GetProperty("hold").GetString() == "music")
        {
            var hold = truth.GetProperty("events").EnumerateArray().First(e => e.GetProperty("type").GetString() == "hold_silence");
            call.Music(0, hold.GetProperty("start").GetDouble() + 0.5, hold.GetProperty("end").GetDouble() - 0.5);
        }
        return call.Run(Rules.Value, truth.GetProperty("call").GetProperty("duration").GetDouble());
    }
}
