using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace SpeechQA.Engine.Audio;

/// <summary>
/// Whisper's log-mel spectrogram (Radford et al. 2022): 400-sample periodic Hann window, hop 160, frame t centred on sample
/// 160 t, ends mirrored by 200 samples, power spectrum, Slaney mel triangles, log10 of at least 1e-10. Raw frames depend on
/// 400 samples only and can be kept while the utterance grows; <see cref="Normalise"/> is over all frames of a window.
/// </summary>
/// <remarks>Four frames are transformed at once, one per vector lane. Holds scratch memory: one instance per thread.</remarks>
public sealed class LogMel
{
    /// <summary>Samples (16 kHz) from one frame to the next.</summary>
    public const int Hop = 160;

    /// <summary>Samples of one frame.</summary>
    public const int FrameLength = 400;

    /// <summary>Raw value of digital silence: log10 of the floor.</summary>
    public const float Silence = -10;

    private const float Floor = 1e-10f;
    private const int Half = FrameLength / 2;
    private const int Lanes = 4;

    private readonly MelFilters _filters;
    private readonly RealFft _fft = new(FrameLength);
    private readonly float[] _hann = new float[FrameLength];
    private readonly float[] _samples = new float[(Lanes - 1) * Hop + FrameLength];
    private readonly Vector256<double>[] _power = new Vector256<double>[Half + 1];

    /// <param name="bands">Mel bands: 80, or 128 for Whisper large-v3.</param>
    public LogMel(int bands = 80)
    {
        Bands = bands;
        _filters = MelFilters.Slaney(bands);
        for (var i = 0; i < FrameLength; i++)
            _hann[i] = (float)(0.5 - 0.5 * Math.Cos(2 * Math.PI * i / FrameLength));
    }

    /// <summary>Mel bands of a frame.</summary>
    public int Bands { get; }

    /// <summary>
    /// Raw frames <paramref name="first"/>, first + 1, ... of an audio of <paramref name="total"/> samples that begins with
    /// <paramref name="samples"/> and goes on with zeros.
    /// </summary>
    /// <param name="raw">[frames][bands], as many frames as fit.</param>
    public void Raw(ReadOnlySpan<float> samples, int total, int first, Span<float> raw)
    {
        var frames = raw.Length / Bands;
        // Frames that begin after the last sample hold zeros only (unless the mirrored end brings samples back).
        var sounding = total - samples.Length > Half
            ? Math.Clamp((samples.Length + Half - 1) / Hop + 1 - first, 0, frames)
            : frames;
        for (var f = 0; f < sounding; f += Lanes)
        {
            Gather(samples, total, (first + f) * Hop - Half);
            _fft.Power(_samples, Hop, _hann, _power);
            var count = Math.Min(Lanes, sounding - f);
            _filters.Apply(_power, raw.Slice(f * Bands, count * Bands), Floor);
        }
        var heard = raw[..(sounding * Bands)];
        TensorPrimitives.Log10(heard, heard);
        raw[heard.Length..].Fill(Silence);
    }

    /// <summary>Clamps to 8 below the maximum of all frames, then (v + 4) / 4, and turns frames into rows of bands.</summary>
    /// <param name="raw">[frames][bands].</param>
    /// <param name="mel">[bands][frames].</param>
    public void Normalise(ReadOnlySpan<float> raw, Span<float> mel)
    {
        var frames = raw.Length / Bands;
        var least = TensorPrimitives.Max(raw) - 8;
        for (var t = 0; t < frames; t++)
        {
            var frame = raw.Slice(t * Bands, Bands);
            for (var b = 0; b < frame.Length; b++) mel[b * frames + t] = (Math.Max(frame[b], least) + 4) / 4;
        }
    }

    private void Gather(ReadOnlySpan<float> samples, int total, int start)
    {
        var into = _samples.AsSpan();
        if (start >= 0 && start + into.Length <= samples.Length)
        {
            samples.Slice(start, into.Length).CopyTo(into);
            return;
        }
        for (var i = 0; i < into.Length; i++)
        {
            var at = Math.Abs(start + i);
            if (at >= total) at = 2 * (total - 1) - at;
            into[i] = (uint)at < (uint)samples.Length ? samples[at] : 0;
        }
    }
}
