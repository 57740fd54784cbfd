using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Calls.Legs;

/// <summary>
/// Looks at a leg's samples as they came, second by second, for what can never become words: digital silence, encrypted bytes,
/// two channels in one. Everything is decided by the position in the audio. Nothing is allocated per chunk.
/// </summary>
/// <param name="rate">Samples per second of the leg.</param>
/// <param name="tell">Takes what was found, or what holds no longer.</param>
internal sealed class LineWatch(int leg, Party party, int rate, Action<LineNote> tell)
{
    /// <summary>How long a line may be silent at its beginning.</summary>
    private const int SilentSeconds = 15;

    /// <summary>Spread of the samples up to which a line is silent: an idle G.711 encoder sends the codes next to 0, -8 and 8.</summary>
    private const int IdleSpread = 16;

    /// <summary>Seconds of evenly distributed bytes in a row that make encryption certain.</summary>
    private const int EncryptedSeconds = 3;

    /// <summary>
    /// Seconds with a level that tell interleaved channels, at least; of a leg that ends before; and their share, percent.
    /// </summary>
    private const int InterleavedSeconds = 5, FewestSeconds = 2, InterleavedPercent = 80;

    private readonly CodeUniformity _codes = new();
    private readonly SampleInterleaving _pairs = new(doubled: rate < AudioTime.Rate);
    private long _position, _first = -1, _window, _uniformSince;
    private int _lowest = short.MaxValue, _highest = short.MinValue;
    private int _windows, _uniform, _level, _interleaved;
    private bool _heard, _silent, _encrypted, _mixed;

    private bool IsIdle => _highest - _lowest <= IdleSpread;

    /// <summary>Takes the next chunk.</summary>
    /// <param name="samples">Empty where the chunk carries none.</param>
    /// <param name="length">Samples it stands for.</param>
    public void Add(AudioChunkKind kind, ReadOnlySpan<short> samples, int length)
    {
        // What was made up for lost packets says nothing about the line.
        if (kind != AudioChunkKind.Audio)
        {
            _position += length;
            Judge();
            return;
        }
        if (_first < 0) _first = _position;
        while (!samples.IsEmpty)
        {
            var part = samples[..(int)Math.Min(samples.Length, rate - _window)];
            Take(part);
            samples = samples[part.Length..];
            Judge();
            if (_window == rate) EndWindow();
        }
    }

    /// <summary>No more will come: what is left is judged, and lengths are told.</summary>
    public void End()
    {
        if (_first < 0) return;
        if (_window >= rate / 2) EndWindow();
        if (!_heard && _position - _first >= rate) Tell(Silence(Seconds(_position - _first)));
        if (!_encrypted && _uniform > 0 && _uniform == _windows) Tell(Encryption());
        if (!_mixed && IsMixed(FewestSeconds)) Tell(Mixture());
    }

    private void Take(ReadOnlySpan<short> part)
    {
        foreach (var sample in part)
        {
            if (sample < _lowest) _lowest = sample;
            if (sample > _highest) _highest = sample;
            _codes.Add(sample);
            _pairs.Add(sample);
        }
        _window += part.Length;
        _position += part.Length;
    }

    private void Judge()
    {
        if (_heard || _first < 0) return;
        if (!IsIdle)
        {
            _heard = true;
            if (_silent) tell(new LineNote(Silence(Seconds(_position - _first)), Over: true));
        }
        else if (!_silent && _position - _first >= (long)SilentSeconds * rate)
        {
            _silent = true;
            Tell(Silence(null));
        }
    }

    private void EndWindow()
    {
        _windows++;
        if (_uniform == 0) _uniformSince = _position - _window;
        _uniform = _codes.Take() ? _uniform + 1 : 0;
        if (_uniform == EncryptedSeconds && !_encrypted)
        {
            _encrypted = true;
            Tell(Encryption());
        }
        if (_pairs.Take() is { } interleaved && !_mixed)
        {
            _level++;
            if (interleaved) _interleaved++;
            _mixed = IsMixed(InterleavedSeconds);
            if (_mixed) Tell(Mixture());
        }
        (_window, _lowest, _highest) = (0, short.MaxValue, short.MinValue);
    }

    private bool IsMixed(int least) => _level >= least && _interleaved * 100 >= _level * InterleavedPercent;

    private void Tell(SoundWarning warning) => tell(new LineNote(warning, Over: false));

    private SoundWarning Silence(double? seconds) => new(leg, party, SoundWarningKind.SilentLine, Seconds(_first), seconds,
        "the line is silent: every sample is the same", "check the microphone, the mute key and the recorder's wiring");

    private SoundWarning Encryption() => new(leg, party, SoundWarningKind.Encrypted, Seconds(_uniformSince), null,
        "the samples are evenly distributed bytes: the media is encrypted (SRTP) or of another codec than the one agreed",
        "send decrypted RTP (RTP/AVP), or name the codec that is really sent");

    private SoundWarning Mixture() => new(leg, party, SoundWarningKind.Interleaved, 0, null,
        "the samples of two channels stand in one: neighbours differ, every second sample belongs together",
        "give the recording its true number of channels, for example: ffmpeg -f s16le -ar 8000 -ac 2 -i samples.raw out.wav");

    private double Seconds(long samples) => Math.Round(samples / (double)rate, 3);
}
