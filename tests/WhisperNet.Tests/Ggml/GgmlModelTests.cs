using System.Buffers.Binary;
using SpeechQA.Engine.Core;
using SpeechQA.WhisperNet.Ggml;

namespace SpeechQA.WhisperNet.Tests.Ggml;

/// <summary>Model files that cannot be used are one clear line, before native code sees them.</summary>
[Collection(WhisperNetCollection.Name)]
public sealed class GgmlModelTests(WhisperNetFixture whisper)
{
    private const int FirstToken = 4 + 4 * GgmlSizes.Count + 8 + 80 * 201 * 4;

    [Fact]
    public void The_exported_model_is_read()
    {
        var model = GgmlModel.Read(whisper.Model);
        var sizes = model.Sizes;
        Assert.Equal((51_865, 512, 6, 6, 80, 1),
            (sizes.Vocabulary, sizes.AudioState, sizes.AudioLayers, sizes.TextLayers, sizes.Bands, sizes.Type));
        Assert.Equal((true, 50_257, 50_364), (sizes.IsMultilingual, sizes.End, sizes.FirstStamp));
        Assert.Equal(50_257, model.Tokens.Count);
        Assert.Equal("!"u8.ToArray(), model.Tokens[0]);
    }

    [Fact]
    public void A_missing_file_is_told_with_the_remedy()
    {
        var error = Assert.Throws<BadInputException>(() =>
            new WhisperNetRecognizer(Path.Combine(Path.GetTempPath(), "no-such-model.bin"), 1));
        Assert.Contains("no-such-model.bin: there is no such model file", error.Message);
        Assert.Contains("export-ggml", error.Message);
        Assert.Throws<BadInputException>(() => new WhisperNetRecognizer(Path.GetTempPath(), 1));
    }

    [Theory]
    [InlineData("", "cut short after 0 bytes")]
    [InlineData("GGUF    and so on", "not a ggml file")]
    [InlineData("# a text\n", "not a ggml file")]
    public void Other_files_are_told_apart(string content, string cause)
    {
        using var file = new MemoryStream(System.Text.Encoding.ASCII.GetBytes(content));
        Assert.Contains(cause, Assert.Throws<BadInputException>(() => GgmlModel.Read(file, "model.bin")).Message);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(5_000)]
    [InlineData(FirstToken + 2)]
    [InlineData(FirstToken + 400_000)]
    [InlineData(1_000_000)]
    [InlineData(60_000_000)]
    [InlineData(147_900_982)]
    public void A_file_that_is_cut_short_is_told(int length)
    {
        var bytes = new byte[length];
        using (var file = File.OpenRead(whisper.Model)) file.ReadExactly(bytes);
        var error = Assert.Throws<BadInputException>(() => GgmlModel.Read(new MemoryStream(bytes), "model.bin"));
        Assert.Contains("cut short", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_file_that_ends_between_two_tensors_is_told()
    {
        var bytes = File.ReadAllBytes(whisper.Model);
        // The last tensor: 51,865 tokens of 512 halves, and its name.
        var last = 51_865 * 512 * 2 + 3 * 4 + 2 * 4 + "decoder.token_embedding.weight".Length;
        var error = Assert.Throws<BadInputException>(() => GgmlModel.Read(new MemoryStream(bytes[..^last]), "model.bin"));
        Assert.Contains("244 of 245 tensors", error.Message);
    }

    [Theory]
    [InlineData(0, 1_000_000)]
    [InlineData(1, 3000)]
    [InlineData(2, -512)]
    [InlineData(3, 7)]
    [InlineData(4, 1_000_000)]
    [InlineData(5, 0)]
    [InlineData(6, 2_000_000_000)]
    [InlineData(7, 9)]
    [InlineData(8, -1)]
    [InlineData(9, 79)]
    [InlineData(10, 99)]
    public void A_header_that_no_Whisper_has_is_told(int field, int value)
    {
        var bytes = new byte[FirstToken];
        using (var file = File.OpenRead(whisper.Model)) file.ReadExactly(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 + 4 * field), value);
        var error = Assert.Throws<BadInputException>(() => GgmlModel.Read(new MemoryStream(bytes), "model.bin"));
        Assert.Contains("not a Whisper model", error.Message);
    }

    [Fact]
    public void Whatever_the_first_kilobytes_hold_the_answer_is_a_line()
    {
        var start = new byte[200_000];
        using (var file = File.OpenRead(whisper.Model)) file.ReadExactly(start);
        var random = new Random(3);
        for (var round = 0; round < 300; round++)
        {
            var bytes = start.ToArray();
            for (var i = 0; i < 20; i++) bytes[random.Next(round % 2 == 0 ? 60 : bytes.Length)] = (byte)random.Next(256);
            Assert.Throws<BadInputException>(() => GgmlModel.Read(new MemoryStream(bytes), "model.bin"));
        }
    }

    [SkippableFact]
    public void What_whisper_cpp_refuses_is_told()
    {
        _ = whisper.Recognizer;
        var bytes = File.ReadAllBytes(whisper.Model);
        // Another name for the last tensor: its shape and size are right.
        var at = bytes.AsSpan().LastIndexOf("decoder.token_embedding.weight"u8);
        bytes[at] = (byte)'x';
        var path = Path.Combine(Path.GetDirectoryName(whisper.Model)!, "renamed.bin");
        File.WriteAllBytes(path, bytes);
        var error = Assert.Throws<BadInputException>(() => new WhisperNetRecognizer(path, 1));
        Assert.Contains("renamed.bin: whisper.cpp cannot load the model", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(51_864, false, 50_256, 50_363)]
    [InlineData(51_865, true, 50_257, 50_364)]
    [InlineData(51_866, true, 50_257, 50_365)]
    public void Tokens_follow_from_the_size_of_the_vocabulary(int vocabulary, bool multilingual, int end, int firstStamp)
    {
        var sizes = GgmlSizes.Of([vocabulary, 1500, 512, 8, 6, 448, 512, 8, 6, 80, 1]);
        Assert.Equal((multilingual, end, firstStamp, null), (sizes.IsMultilingual, sizes.End, sizes.FirstStamp, sizes.Fault()));
    }
}
