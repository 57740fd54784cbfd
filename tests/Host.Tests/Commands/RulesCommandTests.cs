using System.Text;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.TextModels;
using SpeechQA.Host.Commands;
using SpeechQA.Host.Output;

namespace SpeechQA.Host.Tests.Commands;

public sealed class RulesCommandTests(RulesCommandTests.TextFixture text) : IDisposable, IClassFixture<RulesCommandTests.TextFixture>
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void ValidRulesAreExplained()
    {
        var (code, output, errors) = Check("""
            rules:
              - id: notice
                severity: critical
                party: agent
                languages: en
                when: { notSaid: { phrase: { en: [call is recorded, we record] }, by: 20s } }
              - id: hold
                severity: info
                when: { silence: { longer: 8s } }
            """);
        Assert.Equal((ExitCode.Done, ""), (code, errors));
        Assert.Contains("not said: \"call is recorded\" | \"we record\" by 20 s of the call", output);
        Assert.Contains("nobody speaks for 8 s", output);
        Assert.EndsWith("2 rules in 1 files are valid\n", output);
        Assert.DoesNotContain('\e', output);
    }

    [Fact]
    public void AllMistakesAreToldWithTheirLines()
    {
        var (code, output, errors) =
            Check("rules:\n  - id: a\n    severity: urgent\n    when: { silence: { longer: 8s } }\n  - id: b\n    severity: info\n");
        Assert.Equal((ExitCode.BadInput, ""), (code, output));
        Assert.Contains("r.yaml:3: rule a: ", errors);
        Assert.Contains("r.yaml:5: rule b: ", errors);
        Assert.Equal(2, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void AMissingFileIsBadInput() => Assert.Equal(ExitCode.BadInput,
        RulesCommand.Check(Path.Combine(_folder.Path, "none"), text.Model, ConsoleOutput.Plain(Stream.Null, TextWriter.Null)));

    [Fact]
    public void AMeaningIsShownAgainstOrdinaryTalk()
    {
        var (code, output, errors) = Check("""
            rules:
              - id: moving
                severity: info
                when:
                  meaning:
                    examples: [i am moving house next month, we have a new address, je déménage le mois prochain,
                      please change my address, our address has changed]
              - id: quits
                severity: info
                when: { meaning: { intent: cancel, threshold: 0.01 } }
            """);
        Assert.Equal((ExitCode.Done, ""), (code, errors));
        Assert.Matches(@"moving: meant: like ""i am moving house next month"" or 4 more examples: above \d\.\d+; "
            + @"of ordinary talk \d\.\d % fire, expect up to", output);
        Assert.Matches(@"quits: meant: intent cancel: above 0\.01; .*\n  0\.\d{4} FIRES  .*\[", output);
    }

    [Fact]
    public void AnIntentThatTheModelDoesNotHaveIsAMistake()
    {
        var (code, _, errors) = Check("rules:\n  - { id: a, severity: info, when: { meaning: { intent: cancle } } }\n");
        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("unknown intent 'cancle'", errors);
        Assert.Contains("cancel", errors.Replace("cancle", "", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    public sealed class TextFixture : IDisposable
    {
        private readonly ModelSessions _sessions = new(ModelFolder.Find());

        public TextFixture() => Model = TextModel.Open(_sessions);

        public TextModel Model { get; }

        public void Dispose()
        {
            Model.Dispose();
            _sessions.Dispose();
        }
    }

    private (int Code, string Output, string Errors) Check(string rules)
    {
        var (output, errors) = (new MemoryStream(), new StringWriter { NewLine = "\n" });
        var code = RulesCommand.Check(_folder.Write("r.yaml", rules), text.Model, ConsoleOutput.Plain(output, errors));
        return (code, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }
}
