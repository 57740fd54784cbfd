using System.Text.Json;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Facts;
using SpeechQA.Engine.Tests.Rules;

namespace SpeechQA.Engine.Tests.Facts;

/// <summary>Facts that rest on words, with the facts file of the program and no text model.</summary>
public sealed class SaidFactsTests
{
    private static readonly Party[] Two = [Party.Agent, Party.Customer];

    [Fact]
    public void What_the_agent_says_is_found_with_its_words_and_time()
    {
        var facts = new TestCall(Two)
            .Say(0, 1, 5, "good morning this is Ann this call is recorded")
            .Say(0, 20, 23, "I'm so sorry to hear that")
            .Say(0, 50, 53, "can I help you with anything else today").Facts(Two, 60);
        Assert.All([facts.Greeting, facts.RecordingNotice, facts.Empathy, facts.FurtherHelp], f => Assert.True(f.Value));
        Assert.False(facts.CallbackPromised.Value);
        var evidence = facts.Empathy.Evidence[0];
        Assert.Equal(("empathy", Party.Agent, "words"), (evidence.Cue, evidence.Party, evidence.How));
        Assert.Contains("sorry", evidence.Text);
        Assert.InRange(evidence.Start, 20, 23);
    }

    [Fact]
    public void The_customers_words_do_not_count_for_the_agent()
    {
        var facts = new TestCall(Two).Say(1, 1, 5, "good morning I am sorry is this call recorded").Say(0, 6, 9, "yes what is it")
            .Facts(Two, 20);
        Assert.All([facts.Greeting, facts.RecordingNotice, facts.Empathy], f => Assert.False(f.Value));
    }

    [Fact]
    public void A_greeting_is_one_at_the_beginning_only()
    {
        var facts = new TestCall(Two).Say(0, 1, 3, "yes tell me").Say(0, 60, 63, "good morning to you").Facts(Two, 70);
        Assert.False(facts.Greeting.Value);
    }

    [Fact]
    public void Listening_is_no_recording_notice() =>
        Assert.False(new TestCall(Two).Say(0, 1, 5, "Merci de votre appel, Julie à votre écoute.", "fr").Facts(Two, 10)
            .RecordingNotice.Value);

    [Theory]
    [InlineData("de")]
    [InlineData("es")]
    public void In_a_language_without_phrases_nothing_is_known(string language)
    {
        var facts = new TestCall(Two).Say(0, 1, 5, "eins zwei drei vier", language).Facts(Two, 10);
        Assert.Null(facts.Greeting.Value);
        Assert.Equal(4, facts.Parties[1].Words);
    }

    [Fact]
    public void A_rule_left_out_is_a_fact_not_known()
    {
        var phrases = FactPhrases.Of(TestCall.Rules("rules:\n  - { id: greeting, severity: info, party: agent, when: { phrase: ahoy } }\n"),
            "facts.yaml");
        var facts = new TestCall(Two).Say(0, 1, 3, "ahoy there").Facts(Two, 10, phrases: phrases);
        Assert.True(facts.Greeting.Value);
        Assert.Null(facts.Empathy.Value);
        Assert.NotEqual(FactCall.Default.Version, facts.Version);
    }

    [Fact]
    public void A_rule_of_no_fact_is_refused()
    {
        var wrong = Assert.Throws<BadInputException>(() => FactPhrases.Of(TestCall.Rule("{ phrase: ahoy }"), "facts.yaml"));
        Assert.Contains("'it' belongs to no fact", wrong.Message);
    }

    [Fact]
    public void Numbers_that_may_be_secrets_are_masked_in_evidence()
    {
        var phrases =
            FactPhrases.Of(TestCall.Rules("rules:\n  - { id: greeting, severity: info, party: agent, when: { phrase: \"number * please\" } "
            + "}\n"), "facts.yaml");
        var facts = new TestCall(Two).Say(0, 1, 5, "number 4000056655665556 please").Facts(Two, 10, phrases: phrases);
        Assert.DoesNotContain(facts.Greeting.Evidence[0].Text, char.IsAsciiDigit);
    }

    private static SaidFact Resolved(params (int Leg, double At, string Text)[] said)
    {
        var call = new TestCall(Two);
        foreach (var (leg, at, text) in said) call.Say(leg, at, at + 3, text);
        return call.Facts(Two, 90).ProblemResolved;
    }

    [Fact]
    public void The_last_statement_decides_and_comes_first()
    {
        var solved = Resolved((0, 40, "I'm afraid we can't refund that"), (1, 60, "great it's working now"));
        Assert.True(solved.Value);
        Assert.Equal(["solved-customer", "unsolved-agent"], solved.Evidence.Select(e => e.Cue));
        var unsolved = Resolved((0, 40, "that should be fixed now I have reset it"), (1, 60, "no it still doesn't work"));
        Assert.False(unsolved.Value);
        Assert.Equal("unsolved-customer", unsolved.Evidence[0].Cue);
    }

    [Fact]
    public void Why_the_customer_calls_is_not_how_the_call_ends()
    {
        Assert.Null(Resolved((1, 5, "my internet still doesn't work")).Value);
        Assert.False(Resolved((1, 65, "my internet still doesn't work")).Value);
    }

    [Fact]
    public void A_call_back_leaves_it_open()
    {
        Assert.False(Resolved((0, 60, "a technician will call you back tomorrow")).Value);
        Assert.False(Resolved((0, 60, "a technician will call you back tomorrow"), (1, 80, "thank you so much for your help")).Value);
    }

    [Fact]
    public void Thanks_for_the_help_at_the_end_count_when_nothing_else_was_said()
    {
        var fact = Resolved((1, 80, "thank you so much for your help"));
        Assert.True(fact.Value);
        Assert.Equal("thanks-for-help", fact.Evidence[0].Cue);
        Assert.Null(Resolved((1, 10, "thank you so much for your help")).Value);
    }

    [Fact]
    public void Json_has_the_shape_of_the_documentation()
    {
        var facts = new TestCall(Two)
            .Say(0, 1, 4, "good morning please hold the line").Say(0, 12, 18, "it is all done now and we go on")
            .Say(1, 15, 20, "yes").Facts(Two, 30);
        var json = JsonSerializer.Serialize(facts with { Version = "2-00000000" },
            new JsonSerializerOptions(JsonSerializerDefaults.Web)
            {
                Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            });
        Assert.Equal(
            ("{'version':'2-00000000','durationSeconds':30,'parties':[{'party':'customer','leg':1,'talkSeconds':5,'talkShare':0.357,"
            + "'words':1,'wordsPerMinute':12,'interruptions':1,'sentiment':null},{'party':'agent','leg':0,'talkSeconds':9,"
            + "'talkShare':0.643,'words':15,'wordsPerMinute':100,'interruptions':0,'sentiment':null}],'overlapSeconds':3,"
            + "'interruptions':[{'by':'customer','byLeg':1,'of':'agent','ofLeg':0,'start':15,'seconds':3}],'silence':{'count':1,"
            + "'seconds':8,'share':0.267,'longest':{'start':4,'end':12,'seconds':8}},'hold':{'count':1,'seconds':8,"
            + "'stretches':[{'start':4,'end':12,'seconds':8,'sound':'silence','evidence':{'cue':'hold-request','party':'agent',"
            + "'leg':0,'start':2,'end':4,'text':'please hold the line','how':'words','pattern':'(please|can you|could you|would "
            + "you|will you) [just] [please] (hold|wait|bear with|hold on|hang on|stay) [on] [the] [line|for|a|me|while|there]',"
            + "'value':null,'limit':null}}]},'problemResolved':{'value':true,'evidence':[{'cue':'solved-agent','party':'agent',"
            + "'leg':0,'start':12,'end':14.667,'text':'it is all done','how':'words','pattern':'(it|that|this|everything|all) "
            + "[is|has been|has|should be] [<soon>] [<soon>] (done|all set|set up|fixed|sorted|resolved|solved|taken care "
            + "of|completed|confirmed|active|activated|booked|processed|up and running|in place|approved|accepted|cleared|refunded)',"
            + "'value':null,'limit':null}]},'greeting':{'value':true,'evidence':[{'cue':'greeting','party':'agent','leg':0,'start':1,"
            + "'end':2,'text':'good morning','how':'words','pattern':'good (morning|afternoon|evening|day)','value':null,"
            + "'limit':null}]},'recordingNotice':{'value':false,'evidence':[]},'furtherHelp':{'value':false,'evidence':[]},"
            + "'empathy':{'value':false,'evidence':[]},'callbackPromised':{'value':false,'evidence':[]},'warnings':[]}").Replace('\'', '"'),
            json);
    }
}
