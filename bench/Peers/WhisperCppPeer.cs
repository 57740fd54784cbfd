using Whisper.net;

namespace SpeechQA.Bench.Peers;

/// <summary>
/// whisper.cpp as it comes, through Whisper.net: greedy with the library's defaults (flash attention, repeated decoding at higher
/// temperature), one thread. Its library is built for AVX2. Beside whisper.cpp 1.9.1 built for the machine (AVX-512), utterance by
/// utterance in turn, it took 0.152 s of CPU a second of audio to 0.163 in our window, and 0.57 to 0.71 in that of 30 s.
/// </summary>
internal sealed class WhisperCppPeer(string model) : IDisposable
{
    private readonly WhisperFactory _factory =
        WhisperFactory.FromPath(model, new WhisperFactoryOptions { UseGpu = false, UseFlashAttention = true });

    /// <param name="context">Positions of the encoder, 20 ms each; 0: all.</param>
    public async Task<(string Text, int Tokens)> RecognizeAsync(float[] samples, string language, int context)
    {
        await using var processor = _factory.CreateBuilder().WithLanguage(language).WithThreads(1).WithAudioContextSize(context).Build();
        var (text, tokens) = ("", 0);
        await foreach (var segment in processor.ProcessAsync(samples).ConfigureAwait(false))
            (text, tokens) = (text + segment.Text, tokens + segment.Tokens.Length);
        return (text, tokens);
    }

    public void Dispose() => _factory.Dispose();
}
