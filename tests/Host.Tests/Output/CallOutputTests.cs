using System.Text;
using System.Text.Json;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Output;

namespace SpeechQA.Host.Tests.Output;

public sealed class CallOutputTests
{
    private static readonly SoundWarning CutShort = new(null, Party.Unknown, SoundWarningKind.CutShort, 81.2, 9, "cut short",
        "copy it again");
    private static readonly SoundWarning Silent = new(1, Party.Customer, SoundWarningKind.SilentLine, 0, null, "silent", "check it");

    [Fact]
    public void JsonIsOneReadableLine()
    {
        var output = new MemoryStream();
        CallJson.WriteLine(output, SampleAnalysis.Create());
        Assert.Equal(
            """
            {"call":{"source":"folder/appel.wav","language":"fr","durationSeconds":81.2,"parties":["agent","customer"]},
            "utterances":[{"leg":1,"party":"customer","start":3.1,"end":6.2,"text":"Je veux résilier & vite <svp>","language":"fr",
            "confidence":0.912,"words":[{"text":"Je","start":3.1,"end":3.4,"confidence":0.97},
            {"text":"veux","start":3.4,"end":3.4,"confidence":0.5}]}],
            "alerts":[{"id":"cancellation-1","rule":"cancellation","version":"0a1b2c3d","name":"Customer wants to leave",
            "severity":"critical","party":"customer","start":3.1,"end":6.2,
            "summary":"« résilier »","evidence":[{"kind":"phrase","party":"customer",
            "start":3.1,"end":6.2,"text":"résilier","pattern":"resilier","how":"exact words","value":null,"limit":null,"unit":null,
            "confidence":0.97,"leg":1}],"leg":1}],"warnings":[],"facts":null}
            """.ReplaceLineEndings("") + "\n",
            Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void AlertsAreNumberedAsTheyStandWhicheverWasRaisedFirst()
    {
        var call = SampleAnalysis.Create();
        var output = new MemoryStream();
        var alert = call.Alerts[0];
        CallJson.WriteLine(output, call with
        {
            Alerts = [alert with { Id = "cancellation-2" },
            alert with { Rule = "bill", Id = "bill-1" }]
        });
        using var json = JsonDocument.Parse(output.ToArray());
        var ids = json.RootElement.GetProperty("alerts").EnumerateArray().Select(a => a.GetProperty("id").GetString());
        Assert.Equal(["cancellation-1", "bill-2"], ids);
    }

    [Fact]
    public void FactsAreInJsonAndInText()
    {
        var call = SampleAnalysis.Create() with { Facts = SampleAnalysis.Facts() };
        var output = new MemoryStream();
        CallJson.WriteLine(output, call);
        using var json = JsonDocument.Parse(output.ToArray());
        var facts = json.RootElement.GetProperty("facts");
        Assert.True(facts.GetProperty("problemResolved").GetProperty("value").GetBoolean());
        Assert.Equal("ça marche", facts.GetProperty("problemResolved").GetProperty("evidence")[0].GetProperty("text").GetString());
        Assert.Contains("\"ça marche\"", Encoding.UTF8.GetString(output.ToArray())); // readable, not escaped

        var text = new StringWriter { NewLine = "\n" };
        CallText.WritePlain(text, call);
        Assert.Contains(
            "   facts   customer: 70 % of the talk; 180 words/min; cut in 1 time; words -0.25, by quarter -0.5 - 0.0 +0.5, at the end "
            + "+0.10\n" +
            "   facts   agent: 30 % of the talk\n" +
            "   facts   silence 9.5 s; hold 9.5 s (silence); both spoke 1.5 s\n" +
            "   facts   problem solved yes (\"ça marche\"); greeting no; recording notice not known; further help not known; empathy not "
            + "known; call back not known\n",
            text.ToString());
    }

    [Fact]
    public void JsonTellsWhatWasWrongWithTheRecording()
    {
        var output = new MemoryStream();
        CallJson.WriteLine(output, SampleAnalysis.Create(CutShort, Silent));
        Assert.Contains("\"warnings\":[{\"leg\":null,\"party\":\"unknown\",\"kind\":\"recording-cut-short\",\"start\":81.2,\"seconds\":9," +
            "\"cause\":\"cut short\",\"remedy\":\"copy it again\"}," +
            "{\"leg\":1,\"party\":\"customer\",\"kind\":\"silent-line\"," +
            "\"start\":0,\"seconds\":null,\"cause\":\"silent\",\"remedy\":\"check it\"}],",
            Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void SrtHasNumbersTimesAndSpeakers()
    {
        var output = new StringWriter { NewLine = "\n" };
        Subtitles.WriteSrt(output, SampleAnalysis.Create());
        Assert.Equal("1\n00:00:03,100 --> 00:00:06,200\nCustomer: Je veux résilier & vite <svp>\n\n", output.ToString());
    }

    [Fact]
    public void VttEscapesMarkup()
    {
        var output = new StringWriter { NewLine = "\n" };
        Subtitles.WriteVtt(output, SampleAnalysis.Create());
        Assert.Equal("WEBVTT\n\n00:00:03.100 --> 00:00:06.200\n<v Customer>Je veux résilier &amp; vite &lt;svp&gt;\n\n", output.ToString());
    }

    [Fact]
    public void PlainTextHasAlertsInTheirPlaceAndNoEscapes()
    {
        var output = new StringWriter { NewLine = "\n" };
        CallText.WritePlain(output, SampleAnalysis.Create(CutShort, Silent));
        Assert.Equal(
            "folder/appel.wav   1:21.2  fr  1 alert\n" +
            " 0:03.1  customer    Je veux résilier & vite <svp>\n" +
            " 0:03.1  ! critical  Customer wants to leave (cancellation, customer): « résilier »\n" +
            "warning: cut short; copy it again\n" +
            "warning: customer: silent; check it\n\n", output.ToString());
    }

    [Fact]
    public void PipedTablesAreAlignedPlainLines()
    {
        var output = new MemoryStream();
        var table = new ReportTable(new("set", false), new("WER %"));
        table.Add("asterisk_en", "6.30");
        table.Add("[all]", "16.00");
        table.Write(ConsoleOutput.Plain(output, TextWriter.Null));
        Assert.Equal("set          WER %\nasterisk_en   6.30\n[all]        16.00\n", Encoding.UTF8.GetString(output.ToArray()));
    }
}
