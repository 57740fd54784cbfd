using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Reading;

namespace SpeechQA.Engine.Tests.Rules.Reading;

public sealed class RuleReaderTests
{
    private const string Good = """
        terms: { leave: "cancel~|close~" }
        rules:
          - id: one
            name: The first
            severity: warning
            party: customer
            languages: [en]
            queues: [sales, Retention]
            coolDown: 1.5m
            when:
              all:
                - phrase: <leave> my account
                - none:
                    - phrase: not * <leave>
        """;

    [Fact]
    public void A_good_rule()
    {
        var rule = Assert.Single(Read(Good).Set!.Rules);
        Assert.Equal(("one", "The first", TimeSpan.FromSeconds(90)), (rule.Id, rule.Name, rule.CoolDown));
        Assert.Equal("en", Assert.Single(rule.Languages).Code);
        Assert.Equal(["sales", "Retention"], rule.Queues);
        Assert.Matches("^[0-9a-f]{8}$", rule.Version);
    }

    [Fact]
    public void Ten_mistakes_are_told_together_each_with_its_line()
    {
        const string Bad = """
            rules:
              - id: Bad Id
                severity: loud
                when: { phrase: hello }
              - id: two
                severity: info
                languages: [en, de]
                coolDown: soon
                wen: { phrase: a }
                when: { silence: 8 }
              - id: three
                severity: info
                party: boss
                when:
                  all:
                    - phrase: ""
                    - feeling: angry
              - id: three
                severity: info
                when: { sequence: [ { phrase: a }, { phrase: b } ] }
            """;
        var errors = Read(Bad).Errors;
        Assert.Equal(
            [
                (2, null, "id 'Bad Id' is not allowed"),
                (3, "Bad Id", "severity is not known"),
                (7, "two", "unknown language 'de'"),
                (8, "two", "coolDown is 'soon', not a duration"),
                (9, "two", "unknown key 'wen' in a rule"),
                (10, "two", "silence is '8', not a duration"),
                (13, "three", "party is not known"),
                (16, "three", "phrase is empty"),
                (17, "three", "unknown condition 'feeling'"),
                (18, "three", "id 'three' is already used in rules.yaml:11"),
                (20, "three", "sequence has no within"),
            ],
            errors.Select(e => (e.Line, e.Line == 2 ? null : e.Rule, e.Reason)));
        Assert.Contains("did you mean 'when'?", errors[4].ToString());
        Assert.All(errors, e => Assert.NotEmpty(e.Remedy));
    }

    [Theory]
    [InlineData("rules: [", "not YAML")]
    [InlineData("- a", "must begin with rules:")]
    [InlineData("rulez: []", "unknown key 'rulez'")]
    [InlineData("rules:\n  - &a { id: x, severity: info, when: { phrase: x } }", "anchors")]
    [InlineData("rules:\n  - { id: x, severity: info, when: { phrase: *a } }", "aliases")]
    [InlineData("rules:\n  - { id: x, severity: info, severity: info, when: { phrase: x } }", "'severity' is given twice")]
    [InlineData("rules:\n  - { severity: info, when: { phrase: x } }", "has no id")]
    [InlineData("rules:\n  - { id: x, when: { phrase: x } }", "has no severity")]
    [InlineData("rules:\n  - { id: x, severity: info }", "has no when")]
    [InlineData("rules:\n  - { id: x, severity: info, when: { phrase: x, silence: 8s } }", "both 'phrase' and 'silence'")]
    [InlineData("rules:\n  - { id: x, severity: info, when: { none: [ { phrase: x } ] } }", "none stands alone")]
    [InlineData("rules:\n  - { id: x, severity: info, when: { all: [ { none: [ { phrase: x } ] } ] } }", "nothing but none")]
    [InlineData("rules:\n  - { id: x, severity: info, when: { any: [] } }", "any is empty")]
    [InlineData("rules:\n  - { id: x, severity: info, when: { phrase: { near: 4, anyOf: [ word ] } } }", "near needs two to eight parts")]
    [InlineData("rules:\n  - { id: x, severity: info, when: { notSaid: { by: 20s } } }", "notSaid has no phrase")]
    [InlineData("rules:\n  - { id: x, severity: info, when: { notSaid: { phrase: x, by: 20 } } }", "by is '20', not a duration")]
    [InlineData("rules:\n  - { id: x, severity: info, when: { silence: 3h } }", "not a duration")]
    [InlineData("rules:\n  - { id: x, severity: info, languages: [en], when: { phrase: { fr: x } } }", "not among the rule's languages")]
    [InlineData("rules:\n  - { id: x, severity: info, when: { pace: { over: 8s, wordsPerMinute: fast } } }", "not a whole number")]
    [InlineData("rules:\n  - { id: x, severity: info, when: { phrase: [ [ a ] ] } }", "must be text")]
    [InlineData("rules:\n  - { id: x, severity: info, when: { all: [ { all: [ { all: [ { all: [ { all: [ { all: [ { all: [ { all: [ { all: "
        + "[ { all: [ { phrase: x } ] } ] } ] } ] } ] } ] } ] } ] } ] } ] } }", "nested more than 8")]
    public void Each_mistake_has_its_reason(string text, string reason)
    {
        var reading = Read(text);
        Assert.Null(reading.Set);
        Assert.Contains(reading.Errors, e => e.Reason.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Deep_yaml_is_refused_without_harm() =>
        Assert.Contains(Read("rules: " + new string('[', 100_000)).Errors, e => e.Reason.Contains("levels deep", StringComparison.Ordinal));

    [Fact]
    public void The_version_follows_meaning_and_not_layout()
    {
        var version = Read(Good).Set!.Rules[0].Version;
        Assert.Equal(version, Read("# a comment\n" + Good.Replace("name: The first\n    severity: warning",
            "severity: warning\n    name: 'The first'")).Set!.Rules[0].Version);
        Assert.Equal(version, Read(Good.Replace("terms: {", "terms: { unused: x,")).Set!.Rules[0].Version);
        Assert.NotEqual(version, Read(Good.Replace("close~", "end~")).Set!.Rules[0].Version);
        Assert.NotEqual(version, Read(Good.Replace("1.5m", "2m")).Set!.Rules[0].Version);
    }

    [Fact]
    public void A_folder_without_rules_and_a_path_without_file_are_told()
    {
        var folder = Directory.CreateTempSubdirectory();
        Assert.Contains("no rule files", Assert.Single(RuleReader.Read(folder.FullName).Errors).Reason);
        folder.Delete();
        Assert.Contains("no such file", Assert.Single(RuleReader.Read(folder.FullName).Errors).Reason);
        Assert.Throws<BadInputException>(() => RuleReader.Load(folder.FullName));
    }

    private static RuleReading Read(string text) => RuleReader.ReadTexts(("rules.yaml", text));
}
