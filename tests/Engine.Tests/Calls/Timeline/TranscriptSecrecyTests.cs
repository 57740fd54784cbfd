using SpeechQA.Engine.Calls.Early;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Secrets;

namespace SpeechQA.Engine.Tests.Calls.Timeline;

public sealed class TranscriptSecrecyTests
{
    private readonly TranscriptSecrecy _secrecy = new([Party.Agent, Party.Customer], []);
    private readonly List<SecretFinding> _found = [];

    /// <summary>The customer's code is recognised before the agent's question for it.</summary>
    [Fact]
    public void A_code_is_hidden_before_its_prompt_is_known()
    {
        var code = Said(1, 0, 6, "it is three nine one");
        Assert.Equal("it is ••••", _secrecy.Show(code).Text);
        Assert.Empty(Settle(Said(0, 0, 2, "what are the last three digits on the back of the card")));
        Assert.Empty(Settle(code)); // shown as it is already
        Assert.Equal(SecretKind.CardSecurityCode, Assert.Single(_found).Kind);
        Assert.Equal("it is ••••", Assert.Single(_secrecy.Shown, u => u.Leg == 1).Text);
    }

    [Fact]
    public void A_harmless_number_is_given_out_anew_with_the_next_revision()
    {
        var room = Said(1, 0, 6, "we were in room three nine one");
        Assert.Equal("we were in room ••••", _secrecy.Show(room).Text);
        var (utterance, revision) = Assert.Single(Settle(room));
        Assert.Equal(("we were in room three nine one", 1), (utterance.Text, revision));
        Assert.Empty(_found);
    }

    [Fact]
    public void Unmasked_for_a_measurement_shows_all_and_still_finds_secrets()
    {
        var open = new TranscriptSecrecy([Party.Agent, Party.Customer], [], unmasked: true);
        var said = Said(1, 0, 6, "my card number is 4000 0566 5566 5556");
        Assert.Same(said, open.Show(said));
        Assert.Empty(open.Settle(new UtteranceSpoken(said), _found));
        Assert.Single(_found);
        Assert.Same(said, Assert.Single(open.Shown));
    }

    [Fact]
    public void Words_without_numbers_are_given_out_once()
    {
        var said = Said(1, 0, 6, "hello there");
        Assert.Same(said, _secrecy.Show(said));
        Assert.Empty(Settle(said));
    }

    [Fact]
    public void A_partial_hides_what_the_final_would()
    {
        Settle(Said(0, 0, 2, "what is your card number"));
        Assert.Equal("it is ••••", _secrecy.Show(new TranscriptDraft(Said(1, 0, 6, "it is 40"), 0, false)).Text);
        Assert.Equal("room ••••", _secrecy.Show(new TranscriptDraft(Said(0, 1, 6, "room 391"), 0, false)).Text);
    }

    [Fact]
    public void Evidence_and_summary_of_an_alert_show_no_number()
    {
        var alert = AlertMask.Of(new Alert
        {
            Rule = "r",
            Version = "",
            Name = "r",
            Severity = Severity.Info,
            Party = Party.Customer,
            Leg = 1,
            Start = 0,
            End = 1,
            Decided = 1,
            Summary = "\"card 4000 0566\"",
            Evidence = [new Evidence { Kind = "phrase", Party = Party.Customer, Leg = 1, Start = 0, End = 1, Text = "card 4000 0566",
                How = "exact words" }],
        });
        Assert.Equal(("card ••••", "\"card ••••\""), (alert.Evidence[0].Text, alert.Summary));
    }

    private IReadOnlyList<(Utterance Utterance, int Revision)> Settle(Utterance said)
    {
        if (_secrecy.Shown.All(u => (u.Leg, u.Index) != (said.Leg, said.Index))) _secrecy.Show(said);
        return _secrecy.Settle(new UtteranceSpoken(said), _found);
    }

    private static Utterance Said(int leg, int index, double start, string said)
    {
        SpokenWord[] words = [.. said.Split(' ').Select((w, i) =>
            new SpokenWord(w, AudioTime.Position(start + i * 0.25), AudioTime.Position(start + (i + 1) * 0.25), 1))];
        return new Utterance(leg, leg == 0 ? Party.Agent
            : Party.Customer, index, words[0].Start, words[^1].End, said, "en", 1, words)
        {
            Decided = words[^1].End + 9600,
            Clock = default
        };
    }
}
