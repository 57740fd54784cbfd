using System.Globalization;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Bench.Calls;

/// <summary>What the line does to the level of a call, both parties alike; the voices stay as they are.</summary>
/// <param name="Decibels">Up or down, <see cref="Least"/>..<see cref="Most"/>.</param>
/// <param name="From">Second of the recording from which it holds; 0: all along.</param>
internal sealed record LineGain(double Decibels, double From = 0)
{
    public const double Least = -30, Most = 30;

    public static LineGain None { get; } = new(0);

    public string Name => Decibels == 0 ? "as it is"
        : string.Create(CultureInfo.InvariantCulture, $"{Decibels:+0.#;-0.#} dB{(From > 0 ? $" from {From:0.#} s" : "")}");

    /// <summary>Reads <c>3,6</c> or, with a time, <c>6@30,6@50</c>; null when it is neither.</summary>
    public static IReadOnlyList<LineGain>? Parse(string text, bool timed)
    {
        var gains = new List<LineGain>();
        foreach (var item in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = item.Split('@');
            if (parts.Length != (timed ? 2 : 1) || Number(parts[0]) is not { } decibels || decibels is < Least or > Most) return null;
            if (!timed) gains.Add(new LineGain(decibels));
            else if (Number(parts[1]) is > 0 and <= 86_400 and var from) gains.Add(new LineGain(decibels, from));
            else return null;
        }
        return gains.Count > 0 ? gains : null;
    }

    /// <summary>The recording as it comes through such a line; owns it from now on.</summary>
    public IRecording Through(IRecording recording) => Decibels == 0 ? recording : new Line(recording, this);

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    /// <summary>Samples beyond the 16 bits are cut off, as a line does.</summary>
    private sealed class Line(IRecording recording, LineGain gain) : IRecording
    {
        private readonly double _factor = Math.Pow(10, gain.Decibels / 20);
        private readonly long _from = (long)(gain.From * recording.SampleRate);
        private long _frame;

        public int SampleRate => recording.SampleRate;
        public int Channels => recording.Channels;
        public long? Frames => recording.Frames;
        public IReadOnlyList<SoundWarning> Warnings => recording.Warnings;

        public async ValueTask<int> ReadAsync(Memory<short> interleaved, CancellationToken cancellation = default)
        {
            var frames = await recording.ReadAsync(interleaved, cancellation).ConfigureAwait(false);
            var skip = (int)Math.Clamp(_from - _frame, 0, frames);
            foreach (ref var sample in interleaved.Span[(skip * Channels)..(frames * Channels)])
                sample = (short)Math.Clamp(Math.Round(sample * _factor), short.MinValue, short.MaxValue);
            _frame += frames;
            return frames;
        }

        public ValueTask DisposeAsync() => recording.DisposeAsync();
    }
}
