using System.Text;
using SpeechQA.Host.Output;

namespace SpeechQA.Host.Tests.Output;

public sealed class CallOutputTests
{
    [Fact]
    public void JsonIsOneReadableLine()
    {
        var output = new MemoryStream();
        CallJson.WriteLine(output, SampleAnalysis.Create());
        Assert.Equal(
            "{\"call\":{\"source\":\"folder/appel.wav\",\"language\":\"fr\",\"duration\":81.2,\"parties\":[\"agent\",\"customer\"]}," +
            "\"utterances\":[{\"party\":\"customer\",\"start\":3.1,\"end\":6.2,\"text\":\"Je veux résilier & vite <svp>\",\"language\":\"fr\",\"confidence\":0.912," +
            "\"words\":[{\"text\":\"Je\",\"start\":3.1,\"end\":3.4,\"confidence\":0.97},{\"text\":\"veux\",\"start\":3.4,\"end\":3.4,\"confidence\":0.5}]}]," +
            "\"alerts\":[{\"rule\":\"cancellation\",\"version\":\"0a1b2c3d\",\"severity\":\"critical\",\"party\":\"customer\",\"start\":3.1,\"end\":6.2,\"summary\":\"« résilier »\"," +
            "\"evidence\":{\"decided\":6.8,\"items\":[{\"kind\":\"phrase\",\"party\":\"customer\",\"start\":3.1,\"end\":6.2,\"text\":\"résilier\",\"pattern\":\"resilier\",\"how\":\"exact words\",\"confidence\":0.97}]}}]," +
            "\"facts\":{}}\n",
            Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void JsonTellsWhatWasWrongWithTheRecording()
    {
        var output = new MemoryStream();
        CallJson.WriteLine(output, SampleAnalysis.Create("cut short"));
        Assert.Contains("\"parties\":[\"agent\",\"customer\"],\"warning\":\"cut short\"}", Encoding.UTF8.GetString(output.ToArray()));
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
        CallText.WritePlain(output, SampleAnalysis.Create("cut short"));
        Assert.Equal(
            "folder/appel.wav   1:21.2  fr  1 alert\n" +
            " 0:03.1  customer    Je veux résilier & vite <svp>\n" +
            " 0:03.1  ! critical  Customer wants to leave (cancellation, customer): « résilier »\n" +
            "note: cut short\n\n", output.ToString());
    }

    [Fact]
    public void PipedTablesAreAlignedPlainLines()
    {
        var output = new MemoryStream();
        var table = new ReportTable(new("set", false), new("WER %"));
        table.Add("asterisk_en", "6.30");
        table.Add("[all]", "16.00");
        table.Write(Screen.Plain(output, TextWriter.Null));
        Assert.Equal("set          WER %\nasterisk_en   6.30\n[all]        16.00\n", Encoding.UTF8.GetString(output.ToArray()));
    }
}
