using System.Text.Json;
using System.Text.RegularExpressions;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Secrets;

namespace SpeechQA.Engine.Tests.Secrets;

/// <summary>A call of words: leg 0 is the agent, leg 1 the customer. Keeps what may be shown of it.</summary>
internal sealed class SecretCall(params SecretPattern[] patterns)
{
    private readonly int[] _next = new int[2];
    private double _now;

    public CallSecrets Secrets { get; } = new([Party.Agent, Party.Customer], patterns);

    public Dictionary<(int Leg, int Index), Utterance> Shown { get; } = [];

    public List<SecretFinding> Findings { get; } = [];

    public IEnumerable<string> Kinds => Findings.Select(f => f.Kind);

    public SecretCall Agent(string text, double pause = 1) => Say(0, text, pause);

    public SecretCall Customer(string text, double pause = 1) => Say(1, text, pause);

    /// <summary>Four words a second after a pause in seconds.</summary>
    public SecretCall Say(int leg, string text, double pause)
    {
        var start = _now + pause;
        var words = text.Split(' ').Select((w, i) => (w, start + i * 0.25, start + (i + 1) * 0.25)).ToList();
        _now = words[^1].Item3;
        return Hear(leg, text, words);
    }

    public SecretCall Hear(int leg, string text, IReadOnlyList<(string Text, double Start, double End)> words)
    {
        SpokenWord[] spoken = [.. words.Select(w => new SpokenWord(w.Text, AudioTime.Position(w.Start), AudioTime.Position(w.End), 1))];
        var utterance = new Utterance(leg, leg == 0
            ? Party.Agent
            : Party.Customer, _next[leg]++, spoken[0].Start, spoken[^1].End, text, "", 1, spoken)
        {
            Decided = spoken[^1].End,
            Clock = default,
        };
        var scan = Secrets.Hear(utterance);
        foreach (var u in scan.Earlier.Append(scan.Utterance)) Shown[(u.Leg, u.Index)] = u;
        Findings.AddRange(scan.Findings);
        return this;
    }

    /// <summary>What may be shown of a leg when it has been silent for long, its utterances in order.</summary>
    public string Text(int leg) => Settle().Now(leg);

    /// <summary>Both are silent for long.</summary>
    public SecretCall Settle()
    {
        for (var leg = 0; leg < 2; leg++)
            foreach (var u in Secrets.Pass(new TimePassed(leg, Party.Unknown, AudioTime.Position(_now + 3600))))
                Shown[(u.Leg, u.Index)] = u;
        return this;
    }

    /// <summary>What may be shown of a leg right after its last word.</summary>
    public string Now(int leg) => string.Join(" / ", Shown.Where(s => s.Key.Leg == leg).OrderBy(s => s.Key.Index)
        .Select(s => s.Value.Text));

    /// <summary>The words of a sample call as they were spoken.</summary>
    public static (SecretCall Call, JsonElement Truth) OfTruth(string name)
    {
        var truth = Json("samples", "audio", $"{name}.truth.json");
        return (Of(truth.GetProperty("utterances"), w =>
            (w.GetProperty("text").GetString()!, w.GetProperty("start").GetDouble(), w.GetProperty("end").GetDouble())), truth);
    }

    /// <summary>The words of a sample call as the committed recogniser (whisper-base) wrote them.</summary>
    /// <param name="before">Sees the call before each utterance, with the utterance's leg and words.</param>
    public static (SecretCall Call, JsonElement Truth) OfHeard(string name,
        Action<SecretCall, int, IReadOnlyList<(string Text, double Start, double End)>>? before = null)
    {
        var heard = Json("tests", "Engine.Tests", "Assets", "text", "heard.json").GetProperty(name);
        return (Of(heard, w => (w[0].GetString()!, w[1].GetDouble(), w[2].GetDouble()), before),
            Json("samples", "audio", $"{name}.truth.json"));
    }

    /// <summary>Figures without what a recogniser writes between them: 5,5-66 is 5566.</summary>
    public static string Figures(string text) => Regex.Replace(text, @"(?<=\d)[ ,.-]+(?=\d)", "");

    private static SecretCall Of(JsonElement utterances, Func<JsonElement, (string Text, double Start, double End)> word,
        Action<SecretCall, int, IReadOnlyList<(string Text, double Start, double End)>>? before = null)
    {
        var call = new SecretCall();
        var all = utterances.EnumerateArray().Select(u => (Leg: u.GetProperty("party").GetString() == "agent"
            ? 0
            : 1, Words: u.GetProperty("words").EnumerateArray().Select(word).ToList()));
        foreach (var (leg, words) in all.OrderBy(u => u.Words[^1].End))
        {
            before?.Invoke(call, leg, words);
            call.Hear(leg, string.Join(' ', words.Select(w => w.Text.Trim())), words);
        }
        return call.Settle();
    }

    private static JsonElement Json(params string[] path)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Repository.Path(path)));
        return file.RootElement.Clone();
    }
}
