using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using SpeechQA.Host.Analysis;
using SpeechQA.Host.Commands;
using SpeechQA.Host.Output;

namespace SpeechQA.Host.Tests.Commands;

/// <summary>Real models on the first half minute of a sample call.</summary>
public sealed class AnalyzeRunTests : IDisposable
{
    private const int Seconds = 24;

    private readonly TemporaryFolder _folder = new();
    private readonly string _call;
    private readonly string _rules;

    public AnalyzeRunTests()
    {
        _call = _folder.Write("one/call.wav", Excerpt("en-01-telecom-cancel.wav", Seconds));
        _rules = _folder.Write("rules.yaml", """
            rules:
              - id: bill
                severity: warning
                when: { phrase: { en: bill } }
            """);
    }

    [Fact]
    public async Task TheSameFileGivesTheSameBytesWhateverRunsBesideIt()
    {
        var alone = await RunAsync(workers: 1, _call);
        _folder.Write("two/call.wav", File.ReadAllBytes(_call));
        _folder.Write("two/later.wav", Excerpt("fr-03-assurance-avocat.wav", 12));
        var beside = await RunAsync(workers: 2, Path.Combine(_folder.Path, "two"));

        Assert.Equal((ExitCode.Done, ""), (alone.Code, alone.Errors));
        Assert.Equal((ExitCode.Done, ""), (beside.Code, beside.Errors));
        Assert.Equal(2, beside.Output.Count(c => c == '\n'));
        Assert.Equal(alone.Output, beside.Output[..(beside.Output.IndexOf('\n') + 1)]);
        Assert.DoesNotContain(_folder.Path, beside.Output);
    }

    [Fact]
    public async Task ABadFileIsOneLineAndTheOthersGoOn()
    {
        var bad = _folder.Write("bad.wav", "not audio at all");
        var missing = Path.Combine(_folder.Path, "missing.wav");
        var (code, output, errors) = await RunAsync(workers: 1, bad, _call, missing);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal(2, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Count(l => l.StartsWith("error: ", StringComparison.Ordinal)));
        var call = JsonDocument.Parse(Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries))).RootElement;
        ContractFile.Holds("CallDocument", call);
        Assert.Equal("call.wav", call.GetProperty("call").GetProperty("source").GetString());
        Assert.Matches("^bill-[1-9]", call.GetProperty("alerts")[0].GetProperty("id").GetString());
        Assert.Equal(Seconds, call.GetProperty("call").GetProperty("durationSeconds").GetDouble(), 1);
        Assert.Contains(call.GetProperty("utterances").EnumerateArray(), u => u.GetProperty("party").GetString() == "agent"
            && u.GetProperty("text").GetString()!.Contains("recorded"));
        Assert.Contains(call.GetProperty("alerts").EnumerateArray(), a => a.GetProperty("rule").GetString() == "bill"
            && a.GetProperty("party").GetString() == "customer");
    }

    [Fact]
    public async Task EveryKindOfBadFileIsOneClearLineAndExitCodeOne()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "folder.wav"));
        (string Path, string Says)[] inputs =
        [
            (_folder.Write("empty.wav", Array.Empty<byte>()), "empty; give"),
            (_folder.Write("three.wav", [.. "RIF"u8]), "not a WAV file"),
            (_folder.Write("header.wav", Excerpt("en-01-telecom-cancel.wav", 0)), "no samples after its header"),
            (_folder.Write("song.wav", [0xFF, 0xFB, 0x90, 0x64, .. new byte[2_000]]), "an MP3 file; convert it"),
            (_folder.Write("tagged.wav", [.. "ID3"u8, 4, .. new byte[2_000]]), "an MP3 file (ID3 tag); convert it"),
            (_folder.Write("letter.wav", "Dear Sir or Madam, I want to cancel my contract."), "not a WAV file"),
            (_folder.Write("empty.pcap", Array.Empty<byte>()), "empty"),
            (_folder.Write("short.flac", [.. "fLaC"u8]), "ends within its header"),
            (Path.Combine(_folder.Path, "folder.wav"), "no recording or capture in it"),
        ];
        var (code, output, errors) = await RunAsync(workers: 1, [.. inputs.Select(i => i.Path)]);
        Assert.Equal((ExitCode.BadInput, ""), (code, output));
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(inputs.Length, lines.Length);
        foreach (var (line, (_, says)) in lines.Zip(inputs))
        {
            Assert.StartsWith("error: ", line, StringComparison.Ordinal);
            Assert.Contains(says, line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AHeaderThatPromisesTooLittleIsAWarningAndNothingIsLost()
    {
        var wav = Excerpt("en-01-telecom-cancel.wav", 12);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(40), 4 * 8_000 * 4);
        var (code, output, errors) = await RunAsync(workers: 1, _folder.Write("short.wav", wav));
        Assert.Equal(ExitCode.Done, code);
        Assert.StartsWith("warning: short.wav: the header promises 4.0 s, 8.0 s more follow", errors, StringComparison.Ordinal);
        var document = JsonDocument.Parse(output).RootElement;
        Assert.Equal(12, document.GetProperty("call").GetProperty("durationSeconds").GetDouble(), 1);
        var warning = Assert.Single(document.GetProperty("warnings").EnumerateArray());
        Assert.Equal(("sound-after-end", 4.0, 8.0), (warning.GetProperty("kind").GetString(), warning.GetProperty("start").GetDouble(),
            warning.GetProperty("seconds").GetDouble()));
        Assert.Equal(warning.ToString(), Assert.Single(document.GetProperty("facts").GetProperty("warnings").EnumerateArray()).ToString());
    }

    [Fact]
    public async Task SubtitlesOfSeveralRecordingsAreWrongUsage()
    {
        var request = new AnalyzeRequest(AnalysisInput.Find([_call, _call]), new EngineOptions(), new AnalysisSettings(), "srt", false);
        await Assert.ThrowsAsync<UsageException>(() =>
            new AnalyzeRun(request, ConsoleOutput.Plain(Stream.Null, TextWriter.Null)).RunAsync(CancellationToken.None));
    }

    [Fact]
    public async Task StoppedBeforeTheEndIs130()
    {
        var errors = new StringWriter { NewLine = "\n" };
        var request = new AnalyzeRequest(AnalysisInput.Find([_call]), new EngineOptions { Workers = 1, Rules = _rules },
            new AnalysisSettings(), "json", false);
        Assert.Equal(ExitCode.Stopped, await new AnalyzeRun(request, ConsoleOutput.Plain(Stream.Null, errors))
            .RunAsync(new CancellationToken(true)));
        Assert.Contains("stopped before the end", errors.ToString());
    }

    public void Dispose() => _folder.Dispose();

    private async Task<(int Code, string Output, string Errors)> RunAsync(int workers, params string[] paths)
    {
        var (output, errors) = (new MemoryStream(), new StringWriter { NewLine = "\n" });
        var request = new AnalyzeRequest(AnalysisInput.Find(paths), new EngineOptions { Workers = workers, Rules = _rules },
            new AnalysisSettings(), "json", false);
        var code = await new AnalyzeRun(request, ConsoleOutput.Plain(output, errors)).RunAsync(CancellationToken.None);
        return (code, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }

    private static byte[] Excerpt(string name, int seconds)
    {
        // The samples are plain: 44 bytes of header, two channels of 16 bits at 8 kHz.
        var wav = File.ReadAllBytes(Path.Combine(ProgramFolder.Find("samples/audio", "a checkout"), name));
        var data = seconds * 8_000 * 4;
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(4), 36 + data);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(40), data);
        return wav[..(44 + data)];
    }
}
