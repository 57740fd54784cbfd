using System.Text;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Host.Commands;
using SpeechQA.Host.Output;

namespace SpeechQA.Host.Tests.Commands;

/// <summary>The committed Whisper as a ggml file, and the options that use it.</summary>
public sealed class ExportGgmlCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_model_is_written_as_a_whole()
    {
        var path = Path.Combine(_folder.Path, "base.bin");
        var output = new MemoryStream();
        Assert.Equal(ExitCode.Done, ExportGgmlCommand.Run(ModelFolder.Find(), path, ConsoleOutput.Plain(output, new StringWriter())));
        Assert.Equal($"{path}: 147.9 MB\n", Encoding.UTF8.GetString(output.ToArray()));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_told()
    {
        var error = Assert.Throws<BadInputException>(() =>
            ExportGgmlCommand.Run(ModelFolder.Find(), Path.Combine(_folder.Path, "nowhere", "base.bin"),
                ConsoleOutput.Plain(new MemoryStream(), new StringWriter())));
        Assert.Contains("base.bin: cannot be written", error.Message);
    }

    [Theory]
    [InlineData("analyze x.wav --recognizer whisper-net", "needs --whisper-model FILE")]
    [InlineData("serve --whisper-model x.bin", "--whisper-model needs --recognizer whisper-net")]
    [InlineData("serve --recognizer other", "'other' not recognized")]
    public async Task Options_that_do_not_agree_are_a_usage_error(string line, string cause)
    {
        var errors = new StringWriter();
        Assert.Equal(ExitCode.Usage, await CommandLineRunner.RunAsync(line.Split(' '), errors));
        Assert.Contains(cause, errors.ToString());
    }

    [Fact]
    public async Task A_model_that_is_none_is_one_line()
    {
        var model = _folder.Write("model.bin", new byte[100]);
        var errors = new StringWriter();
        Assert.Equal(ExitCode.BadInput, await CommandLineRunner.RunAsync(
            ["analyze", Repository.Path("samples", "audio", "en-01-telecom-cancel.wav"),
                "--recognizer", "whisper-net", "--whisper-model", model], errors));
        Assert.Equal($"error: {model}: not a ggml file of whisper.cpp; give a Whisper model in whisper.cpp's ggml format, "
            + "such as 'speechqa models export-ggml FILE' writes\n", errors.ToString());
    }
}
