using SpeechQA.Bench.Commands;
using SpeechQA.Bench.Micro;
using SpeechQA.Host.Commands;

namespace SpeechQA.Bench.Tests.Commands;

/// <summary>Exit codes and the one line that says why, and what is left to BenchmarkDotNet.</summary>
public sealed class BenchCommandsTests
{
    [Theory]
    [InlineData("", "Required command was not provided", "")]
    [InlineData("dance", "'dance'", "")]
    [InlineData("evaluate dance", "'dance'", " evaluate")]
    [InlineData("evaluate calls", "Required argument missing for command: 'calls'", " evaluate calls")]
    [InlineData("evaluate calls x --gain loud", "--gain loud: write dB like 1,3,6", " evaluate calls")]
    [InlineData("evaluate calls x --step 6", "--step 6: write dB@SECOND", " evaluate calls")]
    [InlineData("evaluate noise --seconds 0", "--seconds 0: must be 1..", " evaluate noise")]
    [InlineData("load --calls 0", "--calls 0: must be 1..", " load")]
    [InlineData("load --slow-page many", "--slow-page: give 0 to 100", " load")]
    [InlineData("peers --dance", "'--dance'", " peers")]
    [InlineData("peer-child theirs", "theirs", " peer-child")]
    public async Task Wrong_usage_is_2_and_names_the_help(string line, string says, string command)
    {
        var (code, errors) = await RunAsync(line);
        Assert.Equal(ExitCode.Usage, code);
        Assert.StartsWith("error: ", errors);
        Assert.Contains(says, errors);
        Assert.EndsWith($"run '{BenchCommands.Program}{command} --help' for the usage\n", errors);
    }

    [Theory]
    [InlineData("evaluate recognition nowhere", "nowhere: no such folder")]
    [InlineData("evaluate calls nowhere --gain 3", "nowhere: no .truth.json file, which --gain")]
    [InlineData("evaluate text nowhere.csv", "nowhere.csv")]
    [InlineData("load --server ftp://x", "--server ftp://x; write for example")]
    public async Task Bad_input_is_1_and_one_line(string line, string says)
    {
        var (code, errors) = await RunAsync(line);
        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains(says, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Theory]
    [InlineData("--filter *Rtp* --job Dry", "--filter *Rtp* --job Dry")]
    [InlineData("-f *Rtp*", "-f *Rtp*")]
    [InlineData("micro --list flat", "--list flat")]
    [InlineData("micro", "")]
    public void What_begins_with_an_option_is_for_BenchmarkDotNet(string line, string passedOn)
    {
        var root = BenchCommands.Create();
        var parse = root.Parse(MicroCommand.Completed(root, line.Split(' ')));
        Assert.Empty(parse.Errors);
        Assert.Equal("micro", parse.CommandResult.Command.Name);
        Assert.Equal(passedOn, string.Join(' ', parse.UnmatchedTokens));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--version")]
    [InlineData("--verbose evaluate noise")]
    [InlineData("evaluate noise --seconds 5")]
    public void The_programs_own_options_stay_its_own(string line) =>
        Assert.Equal(line.Split(' '), MicroCommand.Completed(BenchCommands.Create(), line.Split(' ')));

    private static async Task<(int Code, string Errors)> RunAsync(string line)
    {
        using var errors = new StringWriter { NewLine = "\n" };
        return (await BenchCommands.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), errors), errors.ToString());
    }
}
