using SpeechQA.Bench.Truth;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Tests;

namespace SpeechQA.Bench.Tests.Truth;

public sealed class LabelledAudioTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void CsvCellsMayHoldCommasQuotesAndLines()
    {
        var rows = CsvTable.Read("\ufefffile,transcript\r\n\"a,b\",\"say \"\"hi\"\"\nnow\"\r\n\r\nlast\n").ToList();
        Assert.Equal(["a,b", "last"], rows.Select(r => r["file"]));
        Assert.Equal(["say \"hi\"\nnow", ""], rows.Select(r => r["transcript"]));
    }

    [Fact]
    public void ClipsAreFoundFromTheFolderAboveTheirSet()
    {
        _folder.Write("set_a/labels.csv", "file,language,transcript\nset_a/x.flac,en-US,Hello.\nset_a/y.flac,ja,x\n");
        _folder.Write("set_b/labels.csv", "file,speaker,language,transcript\nz.flac,bob,fr,Bonjour.\n");
        _folder.Write("set_b/z.flac", "");
        Assert.Equal(
            [(Path.Combine(_folder.Path, "set_a/x.flac"), "en", new Labelled("set_a/x.flac", "en-US", "Hello.")),
             (Path.Combine(_folder.Path, "set_b/z.flac"), "fr", new Labelled("set_b/z.flac", "fr", "Bonjour."))],
            LabelledAudio.Find(_folder.Path).Select(a => (a.Path, a.Language, a.Labels[0].Label)));
    }

    [Fact]
    public void ASampleCallHasALabelForEachChannel()
    {
        _folder.Write("calls/a.truth.json", """
            {"call":{"id":"a","language":"en","audio":"a.wav"},"channels":[{"channel":1,"party":"customer"},{"channel":2,"party":"agent"}],
             "utterances":[{"party":"agent","start":5,"end":6,"text":"two"},{"party":"customer","start":2,"end":3,"text":"hi"},
                           {"party":"agent","start":1,"end":2,"text":"one"}]}
            """);
        var call = Assert.Single(LabelledAudio.Find(_folder.Path));
        Assert.Equal(2, call.AgentChannel);
        Assert.Equal([(Party.Agent, new Labelled("calls/a agent", "en", "one two")),
            (Party.Customer, new Labelled("calls/a customer", "en", "hi"))], call.Labels);
    }

    [Theory]
    [InlineData("a.truth.json", "{\"call\":1}")]
    [InlineData("labels.csv", "file,text\na,b\n")]
    [InlineData("other.txt", "")]
    public void WhatCannotBeMeasuredIsBadInput(string name, string text)
    {
        _folder.Write(name, text);
        Assert.Contains(_folder.Path, Assert.Throws<BadInputException>(() => LabelledAudio.Find(_folder.Path)).Message);
    }

    public void Dispose() => _folder.Dispose();
}
