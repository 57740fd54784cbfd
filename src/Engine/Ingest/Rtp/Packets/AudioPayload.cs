using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SpeechQA.Engine.Audio;

namespace SpeechQA.Engine.Ingest.Rtp.Packets;

/// <summary>Samples to and from the payloads that carry them.</summary>
internal static class AudioPayload
{
    /// <returns>Samples decoded.</returns>
    /// <param name="samples">At least as many as the payload holds.</param>
    public static int Decode(RtpCodec codec, ReadOnlySpan<byte> payload, Span<short> samples)
    {
        switch (codec)
        {
            case RtpCodec.Pcmu:
                G711.DecodeMuLaw(payload, samples);
                return payload.Length;
            case RtpCodec.Pcma:
                G711.DecodeALaw(payload, samples);
                return payload.Length;
            default:
                var linear = MemoryMarshal.Cast<byte, short>(payload);
                if (BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(linear, samples);
                else linear.CopyTo(samples);
                return linear.Length;
        }
    }

    /// <param name="payload">Exactly the samples' length in the codec.</param>
    public static void Encode(RtpCodec codec, ReadOnlySpan<short> samples, Span<byte> payload)
    {
        switch (codec)
        {
            case RtpCodec.Pcmu:
                G711.EncodeMuLaw(samples, payload);
                break;
            case RtpCodec.Pcma:
                G711.EncodeALaw(samples, payload);
                break;
            default:
                var linear = MemoryMarshal.Cast<byte, short>(payload);
                if (BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(samples, linear);
                else samples.CopyTo(linear);
                break;
        }
    }
}
