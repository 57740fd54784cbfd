using SpeechQA.Engine.Core;
using SpeechQA.Host.Output;

namespace SpeechQA.Host.Tests.Output;

public sealed class LegNamesTests
{
    [Fact]
    public void Legs_of_the_same_party_are_numbered()
    {
        Assert.Equal(["agent", "customer"], NamesOf(Party.Agent, Party.Customer));
        Assert.Equal(["unknown 1", "unknown 2"], NamesOf(Party.Unknown, Party.Unknown));
        Assert.Equal(["customer 1", "customer 2"], NamesOf(Party.Customer, Party.Customer));
        Assert.Equal(["unknown"], NamesOf(Party.Unknown));
    }

    [Fact]
    public void Text_and_subtitles_tell_two_unknown_speakers_apart()
    {
        var call = SampleAnalysis.Create() with { Parties = [Party.Unknown, Party.Unknown] };
        call = call with { Utterances = [.. call.Utterances.Select(u => u with { Party = Party.Unknown })] };
        var (srt, text) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        Subtitles.WriteSrt(srt, call);
        CallText.WritePlain(text, call);
        Assert.Contains("Unknown 2: Je veux", srt.ToString());
        Assert.Contains("unknown 2   Je veux", text.ToString());
    }

    private static IEnumerable<string> NamesOf(params Party[] parties)
    {
        var names = new LegNames(parties);
        return Enumerable.Range(0, parties.Length).Select(leg => names[leg]);
    }
}
