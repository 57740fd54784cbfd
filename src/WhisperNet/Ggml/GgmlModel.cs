using System.Text;
using SpeechQA.Engine.Core;

namespace SpeechQA.WhisperNet.Ggml;

/// <summary>
/// What a ggml file of whisper.cpp says of its model. The whole file is walked through, weights not read: native code, which may end the
/// process over a bad file, never sees one that is cut short or something else.
/// </summary>
/// <param name="Tokens">The bytes of each text token by its id.</param>
internal sealed record GgmlModel(GgmlSizes Sizes, IReadOnlyList<byte[]> Tokens)
{
    private const int Magic = 0x67676d6c;
    private const int Bins = 201;
    private const int LongestToken = 1024;
    private const int LongestName = 256;

    private const string Foreign = "give a Whisper model in whisper.cpp's ggml format, such as 'speechqa models export-ggml FILE' writes";
    private const string Torn = "copy it again; 'speechqa models export-ggml FILE' writes one";

    /// <exception cref="BadInputException">The file is missing, cut short, or not such a file.</exception>
    public static GgmlModel Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024);
            return Read(file, path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadInputException($"{path}: there is no such model file", Foreign, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: the model file cannot be read ({e.Message})", "check the file and its permissions", e);
        }
    }

    /// <param name="name">For messages.</param>
    internal static GgmlModel Read(Stream stream, string name)
    {
        using var file = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        try
        {
            if (file.ReadInt32() != Magic) throw new BadInputException($"{name}: not a ggml file of whisper.cpp", Foreign);
            Span<int> numbers = stackalloc int[GgmlSizes.Count];
            foreach (ref var number in numbers) number = file.ReadInt32();
            var sizes = GgmlSizes.Of(numbers);
            if (sizes.Fault() is { } fault) throw new BadInputException($"{name}: not a Whisper model: its header tells {fault}", Foreign);
            Filters(file, name, sizes);
            var tokens = TokensOf(file, name, sizes);
            Tensors(file, name, sizes);
            return new GgmlModel(sizes, tokens);
        }
        catch (EndOfStreamException e)
        {
            throw new BadInputException($"{name}: the model file is cut short after {stream.Length} bytes", Torn, e);
        }
    }

    private static void Filters(BinaryReader file, string name, GgmlSizes sizes)
    {
        var (bands, bins) = (file.ReadInt32(), file.ReadInt32());
        if (bands != sizes.Bands || bins != Bins)
            throw new BadInputException($"{name}: not a Whisper model: mel filters of {bands} by {bins}", Foreign);
        Skip(file, (long)bands * bins * sizeof(float));
    }

    private static byte[][] TokensOf(BinaryReader file, string name, GgmlSizes sizes)
    {
        var count = file.ReadInt32();
        if (count < sizes.End || count > sizes.Vocabulary)
            throw new BadInputException($"{name}: not a Whisper model: {count} tokens of {sizes.Vocabulary}", Foreign);
        var tokens = new byte[count][];
        for (var id = 0; id < count; id++)
        {
            var length = file.ReadInt32();
            if (length is < 0 or > LongestToken)
                throw new BadInputException($"{name}: not a Whisper model: token {id} has {length} bytes", Foreign);
            tokens[id] = file.ReadBytes(length);
            if (tokens[id].Length < length) throw new EndOfStreamException();
        }
        return tokens[..sizes.End];
    }

    private static void Tensors(BinaryReader file, string name, GgmlSizes sizes)
    {
        var stream = file.BaseStream;
        var count = 0;
        for (; stream.Position < stream.Length; count++)
        {
            var (dimensions, length, type) = (file.ReadInt32(), file.ReadInt32(), file.ReadInt32());
            if (dimensions is < 1 or > 4 || length is < 1 or > LongestName || GgmlTypes.BytesOf(type) is not var (block, bytes))
                throw new BadInputException($"{name}: broken after tensor {count} of {sizes.Tensors}", Torn);
            var elements = 1L;
            for (var i = 0; i < dimensions; i++) elements *= Math.Clamp(file.ReadInt32(), 0, 1 << 20);
            Skip(file, length + elements / block * bytes);
        }
        if (count != sizes.Tensors)
            throw new BadInputException($"{name}: the model file is cut short: {count} of {sizes.Tensors} tensors", Torn);
    }

    private static void Skip(BinaryReader file, long bytes)
    {
        var stream = file.BaseStream;
        if (bytes > stream.Length - stream.Position) throw new EndOfStreamException();
        stream.Seek(bytes, SeekOrigin.Current);
    }
}
