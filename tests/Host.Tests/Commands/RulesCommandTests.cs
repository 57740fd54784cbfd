using System.Text;
using SpeechQA.Host.Commands;
using SpeechQA.Host.Output;

namespace SpeechQA.Host.Tests.Commands;

public sealed class RulesCommandTests : IDisposable
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
        var (code, output, errors) = Check("rules:\n  - id: a\n    severity: urgent\n    when: { silence: { longer: 8s } }\n  - id: b\n    severity: info\n");
        Assert.Equal((ExitCode.BadInput, ""), (code, output));
        Assert.Contains("r.yaml:3: rule a: ", errors);
        Assert.Contains("r.yaml:5: rule b: ", errors);
        Assert.Equal(2, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void AMissingFileIsBadInput() => Assert.Equal(ExitCode.BadInput, RulesCommand.Check(Path.Combine(_folder.Path, "none"), Screen.Plain(Stream.Null, TextWriter.Null)));

    public void Dispose() => _folder.Dispose();

    private (int Code, string Output, string Errors) Check(string rules)
    {
        var (output, errors) = (new MemoryStream(), new StringWriter { NewLine = "\n" });
        var code = RulesCommand.Check(_folder.Write("r.yaml", rules), Screen.Plain(output, errors));
        return (code, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }
}
