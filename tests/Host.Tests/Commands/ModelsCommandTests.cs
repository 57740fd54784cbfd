using System.Security.Cryptography;
using System.Text;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Host.Commands;
using SpeechQA.Host.Output;

namespace SpeechQA.Host.Tests.Commands;

public sealed class ModelsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ModelsCommandTests()
    {
        var weights = new byte[1_500_000];
        _folder.Write("small/weights.bin", weights);
        _folder.Write("manifest.json", $$"""
            {"models":[{"name":"small","purpose":"a test","licence":"MIT","source":"nowhere","notice":"not for sale",
              "files":[{"path":"weights.bin","bytes":{{weights.Length}},
                "sha256":"{{Convert.ToHexStringLower(SHA256.HashData(weights))}}"}]}]}
            """);
    }

    [Fact]
    public void ListsModelsWithTheirLicences()
    {
        var (code, output, errors) = Run();
        Assert.Equal((ExitCode.Done, ""), (code, errors));
        Assert.Equal("model  files   MB  licence  check  purpose\nsmall      1  1.5  MIT      ok     a test\nnote: small: not for sale\n",
            output);
    }

    [Fact]
    public void AChangedFileIsNamedWithTheRemedy()
    {
        _folder.Write("small/weights.bin", new byte[1_500_001]);
        var (code, output, errors) = Run();
        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("weights.bin is changed", output);
        Assert.Contains(Path.Combine(_folder.Path, "small", "weights.bin"), errors);
        Assert.Contains("git checkout -- models", errors);
    }

    [Fact]
    public void AMissingFileIsNamed()
    {
        File.Delete(Path.Combine(_folder.Path, "small", "weights.bin"));
        var (code, output, _) = Run();
        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("weights.bin is missing", output);
    }

    public void Dispose() => _folder.Dispose();

    private (int Code, string Output, string Errors) Run()
    {
        var (output, errors) = (new MemoryStream(), new StringWriter());
        var code = ModelsCommand.Run(ModelFolder.Find(_folder.Path), ConsoleOutput.Plain(output, errors));
        return (code, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }
}
