using SpeechQA.Engine.Audio;

namespace SpeechQA.Engine.Tests.Audio;

/// <summary>
/// Against the recommendation's tables written out plainly: segments of sixteen equal intervals, searched from the bottom.
/// </summary>
public class G711Tests
{
    public enum Law { Mu, A }

    private static byte Encode(Law law, short sample) => law == Law.Mu ? G711.EncodeMuLaw(sample) : G711.EncodeALaw(sample);

    private static short Decode(Law law, byte code) => law == Law.Mu ? G711.DecodeMuLaw(code) : G711.DecodeALaw(code);

    /// <summary>Tables 1 and 2: decision value where interval n begins, and its quantised value, both in 16-bit units.</summary>
    private static (int[] Begins, int[] Values) Intervals(Law law)
    {
        var begins = new int[128];
        var values = new int[128];
        if (law == Law.Mu)
        {
            // 14-bit: 0 | 1 3 5 ... 31 | 35 39 ... 95 | 103 ...; value 0 stands alone, the others lie in the middle.
            var x = 0;
            for (var n = 0; n < 128; n++)
            {
                var step = 2 << n / 16;
                begins[n] = x * 4;
                values[n] = (n == 0 ? 0 : x + step / 2) * 4;
                x += n == 0 ? 1 : step;
            }
        }
        else
        {
            // 13-bit (12 bits of magnitude, unit 1/4096): 0 2 4 ... 64 | 68 ...; every value lies in the middle.
            var x = 0;
            for (var n = 0; n < 128; n++)
            {
                var step = 2 << Math.Max(n / 16 - 1, 0);
                begins[n] = x * 8;
                values[n] = (x + step / 2) * 8;
                x += step;
            }
        }
        return (begins, values);
    }

    private static byte Code(Law law, int interval, bool negative) => law == Law.Mu
        ? (byte)((negative ? 127 : 255) - interval)
        : (byte)((interval | (negative ? 0 : 128)) ^ 0x55);

    [Theory]
    [InlineData(Law.Mu)]
    [InlineData(Law.A)]
    public void EveryCodeDecodesToItsTableValue(Law law)
    {
        var (_, values) = Intervals(law);
        for (var n = 0; n < 128; n++)
        {
            Assert.Equal(values[n], Decode(law, Code(law, n, negative: false)));
            Assert.Equal(-values[n], Decode(law, Code(law, n, negative: true)));
        }
    }

    [Theory]
    [InlineData(Law.Mu)]
    [InlineData(Law.A)]
    public void EveryLinearValueEncodesToItsTableInterval(Law law)
    {
        var (begins, _) = Intervals(law);
        for (int sample = short.MinValue; sample <= short.MaxValue; sample++)
        {
            // Negative samples mirror the positive ones without a second zero (G.191): -1 is like 0.
            var mirrored = sample < 0 ? -sample - 1 : sample;
            var n = 127;
            while (begins[n] > mirrored) n--;
            var expected = Code(law, n, sample < 0);
            if (expected != Encode(law, (short)sample)) Assert.Fail($"{sample}: {Encode(law, (short)sample):x2}, not {expected:x2}");
        }
    }

    [Theory]
    [InlineData(Law.Mu)]
    [InlineData(Law.A)]
    public void EveryLinearValueGoesToTheNearestValueOfItsSegment(Law law)
    {
        int[] values = [.. Enumerable.Range(0, 256).Select(code => (int)Decode(law, (byte)code)).Distinct().Order()];
        for (int sample = short.MinValue; sample <= short.MaxValue; sample++)
        {
            var above = Array.FindIndex(values, value => value >= sample);
            var upper = above < 0 ? values[^1] : values[above];
            var lower = above < 0 ? upper : values[Math.Max(above - 1, 0)];
            int decoded = Decode(law, Encode(law, (short)sample));
            Assert.True(decoded == upper || decoded == lower);
            // Where two segments meet the recommendation's border lies a third of the gap from the finer side.
            if (upper > lower) Assert.True(3 * Math.Abs(decoded - sample) <= 2 * (upper - lower));
        }
    }

    [Theory]
    [InlineData(Law.Mu)]
    [InlineData(Law.A)]
    public void DecodedValuesSurviveEncoding(Law law)
    {
        for (var code = 0; code < 256; code++)
        {
            var value = Decode(law, (byte)code);
            Assert.Equal(value, Decode(law, Encode(law, value)));
        }
    }

    [Theory]
    [InlineData(short.MinValue, 0x00, 0x2A)]
    [InlineData(short.MaxValue, 0x80, 0xAA)]
    [InlineData((short)-1, 0x7F, 0x55)]
    [InlineData((short)0, 0xFF, 0xD5)]
    public void EndsAndZero(short sample, byte mu, byte a)
    {
        Assert.Equal(mu, G711.EncodeMuLaw(sample));
        Assert.Equal(a, G711.EncodeALaw(sample));
    }

    [Fact]
    public void SpansDoAsSingleValuesDo()
    {
        var samples = Enumerable.Range(-500, 1000).Select(i => (short)(i * 65)).ToArray();
        var codes = new byte[samples.Length];
        var back = new short[samples.Length];
        G711.EncodeMuLaw(samples, codes);
        G711.DecodeMuLaw(codes, back);
        Assert.Equal(samples.Select(G711.EncodeMuLaw), codes);
        Assert.Equal(codes.Select(G711.DecodeMuLaw), back);
        G711.EncodeALaw(samples, codes);
        G711.DecodeALaw(codes, back);
        Assert.Equal(samples.Select(G711.EncodeALaw), codes);
        Assert.Equal(codes.Select(G711.DecodeALaw), back);
        Assert.Throws<ArgumentOutOfRangeException>(() => G711.DecodeALaw(codes, new short[codes.Length - 1]));
    }
}
