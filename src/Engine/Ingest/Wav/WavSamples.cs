using System.Buffers.Binary;
using SpeechQA.Engine.Audio;

namespace SpeechQA.Engine.Ingest.Wav;

/// <summary>Stored samples to 16-bit ones. Larger samples are rounded, floats limited to -1..1.</summary>
internal static class WavSamples
{
    public static void Convert(WavEncoding encoding, ReadOnlySpan<byte> bytes, Span<short> samples)
    {
        switch (encoding)
        {
            case WavEncoding.MuLaw:
                G711.DecodeMuLaw(bytes, samples);
                break;
            case WavEncoding.ALaw:
                G711.DecodeALaw(bytes, samples);
                break;
            case WavEncoding.Unsigned8:
                for (var i = 0; i < bytes.Length; i++) samples[i] = (short)((bytes[i] - 128) << 8);
                break;
            case WavEncoding.Signed16:
                for (var i = 0; i < bytes.Length / 2; i++) samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]);
                break;
            case WavEncoding.Signed24:
                for (var i = 0; i < bytes.Length / 3; i++)
                    samples[i] = Rounded(BinaryPrimitives.ReadInt16LittleEndian(bytes[(3 * i + 1)..]), bytes[3 * i]);
                break;
            case WavEncoding.Signed32:
                for (var i = 0; i < bytes.Length / 4; i++)
                    samples[i] = Rounded(BinaryPrimitives.ReadInt16LittleEndian(bytes[(4 * i + 2)..]), bytes[4 * i + 1]);
                break;
            case WavEncoding.Float32:
                for (var i = 0; i < bytes.Length / 4; i++)
                    samples[i] = FromFloat(BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]));
                break;
        }
    }

    private static short Rounded(short upper, byte next) => next >= 128 && upper < short.MaxValue ? (short)(upper + 1) : upper;

    private static short FromFloat(float x)
    {
        var scaled = MathF.Round(x * 32768f);
        return float.IsNaN(scaled) ? (short)0 : (short)Math.Clamp(scaled, short.MinValue, short.MaxValue);
    }
}
