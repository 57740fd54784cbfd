using SpeechQA.Bench.Scoring;
using SpeechQA.Bench.Truth;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Bench.Load.Calls;

/// <summary>A recording with its truth; read once and sent by many calls.</summary>
/// <param name="Codec">What its samples are exact decodes of: nothing is lost on the way.</param>
/// <param name="Legs">Party and samples at 8 kHz of each channel.</param>
internal sealed record LoadSample(CallTruth Truth, RtpCodec Codec, IReadOnlyList<LoadSampleLeg> Legs)
{
    public const int Rate = 8_000;

    public double Seconds => Legs[0].Samples.Length / (double)Rate;

    /// <summary>Events that a phrase rule is to find, with the ends of their phrases.</summary>
    public IReadOnlyList<TruthEvent> Phrases { get; } = [.. Truth.Events.Where(e => e.PhraseEnd is not null
        && PhraseRules.Any(r => AlertMapping.Covers(r, e.Type)))];

    /// <summary>Rules that fire when a phrase is said.</summary>
    public static IReadOnlyList<string> PhraseRules { get; } = AlertMapping.Groups.First(g => g.Name == "phrases").Rules;

    /// <param name="only">Pattern of names with <c>*</c>.</param>
    /// <exception cref="BadInputException">No such recordings, or not of two channels at 8 kHz.</exception>
    public static async Task<IReadOnlyList<LoadSample>> LoadAsync(string folder, string only, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder))
            throw new BadInputException($"{folder}: no such folder", "name the folder of the sample calls with --samples");
        // English and French in turn: their names begin with the language and a number.
        var truths = Directory.GetFiles(folder, only + CallTruth.Ending).OrderBy(f => Path.GetFileName(f)[2..], StringComparer.Ordinal)
            .ToList();
        if (truths.Count == 0) throw new BadInputException($"{folder}: no calls named {only}", "give a pattern such as 'fr-*'");
        List<LoadSample> calls = [];
        foreach (var path in truths) calls.Add(await LoadAsync(CallTruth.Read(path), folder, cancellation).ConfigureAwait(false));
        return calls;
    }

    private static async Task<LoadSample> LoadAsync(CallTruth truth, string folder, CancellationToken cancellation)
    {
        await using var recording = await Recordings.OpenAsync(Path.Combine(folder, truth.Call.Audio), cancellation).ConfigureAwait(false);
        if (recording.SampleRate != Rate || recording.Channels != truth.Channels.Count)
            throw new BadInputException($"{truth.Call.Audio}: {recording.Channels} channels at {recording.SampleRate} Hz",
                $"give recordings at {Rate} Hz with the channels of their truth");
        var channels = truth.Channels.Select(_ => new List<short>()).ToArray();
        var block = new short[4096 * channels.Length];
        int frames;
        while ((frames = await recording.ReadAsync(block, cancellation).ConfigureAwait(false)) > 0)
            for (var i = 0; i < frames * channels.Length; i++) channels[i % channels.Length].Add(block[i]);
        var codec = PayloadMap.TryCodec(truth.Call.Codec ?? "PCMU", out var known) ? known : RtpCodec.Pcmu;
        return new LoadSample(truth, codec, [.. truth.Channels.Select(c => new LoadSampleLeg(c.Party, channels[c.Channel - 1].ToArray()))]);
    }
}

/// <param name="Party"><c>agent</c> or <c>customer</c>.</param>
internal sealed record LoadSampleLeg(string Party, ReadOnlyMemory<short> Samples);
