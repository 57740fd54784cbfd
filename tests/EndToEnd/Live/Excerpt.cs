using System.Text;

namespace SpeechQA.EndToEnd.Live;

/// <summary>A part of a sample call as a WAV file of its own.</summary>
internal sealed class Excerpt : IDisposable
{
    private const int HeaderBytes = 44, FrameBytes = 4, Rate = 8_000;

    private Excerpt(string path) => Path = path;

    public string Path { get; }

    /// <param name="sample">File name in samples/audio: two channels, 8 kHz, 16 bit.</param>
    public static Excerpt Of(string sample, double from, double to)
    {
        var source = File.ReadAllBytes(System.IO.Path.Combine(Root(), "samples", "audio", sample));
        var audio = source.AsSpan(HeaderBytes + (int)(from * Rate) * FrameBytes, (int)((to - from) * Rate) * FrameBytes);
        var file = new byte[HeaderBytes + audio.Length];
        source.AsSpan(0, HeaderBytes).CopyTo(file);
        audio.CopyTo(file.AsSpan(HeaderBytes));
        BitConverter.TryWriteBytes(file.AsSpan(4), file.Length - 8);
        BitConverter.TryWriteBytes(file.AsSpan(40), audio.Length);
        Assert.Equal("data", Encoding.ASCII.GetString(file, 36, 4));
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"speechqa-{Guid.NewGuid():n}.wav");
        File.WriteAllBytes(path, file);
        return new Excerpt(path);
    }

    public void Dispose() => File.Delete(Path);

    private static string Root()
    {
        for (var d = new DirectoryInfo(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(System.IO.Path.Combine(d.FullName, "SpeechQA.sln"))) return d.FullName;
        throw new InvalidOperationException("The tests must run from within the checkout.");
    }
}
