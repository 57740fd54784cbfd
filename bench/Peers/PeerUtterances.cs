using System.Runtime.InteropServices;
using SpeechQA.Bench.Load.Calls;
using SpeechQA.Bench.Micro;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Recognition.Whisper;

namespace SpeechQA.Bench.Peers;

/// <summary>Cuts the utterances of sample calls out at the times of their truth, with 0.2 s on both sides.</summary>
internal static class PeerUtterances
{
    private const double Margin = 0.2;

    /// <param name="most">So many of them, spread evenly over the calls; null: all.</param>
    /// <param name="folder">Takes the files of samples.</param>
    public static async Task<IReadOnlyList<PeerUtterance>> CutAsync(string samples, int? most, string folder,
        CancellationToken cancellation)
    {
        var window = WhisperSettings.Read(ModelFolder.Find()["whisper-base/settings.json"]).Window;
        var calls = await LoadSample.LoadAsync(samples, "*", cancellation).ConfigureAwait(false);
        var all = calls.SelectMany(c => c.Truth.Utterances.Select(u => (Call: c, Utterance: u)))
            .Where(u => u.Utterance.End - u.Utterance.Start + 2 * Margin <= WhisperRecognizer.LongestSeconds && u.Utterance.Text.Length > 0)
                .ToList();
        var count = Math.Min(most ?? all.Count, all.Count);
        if (count == 0) throw new BadInputException($"{samples}: no utterances", "give a folder of sample calls with their truth files");
        List<PeerUtterance> chosen = [];
        for (var i = 0; i < count; i++)
        {
            var (call, utterance) = all[(int)((long)i * all.Count / count)];
            var audio = SampleSpeech.Cut(call.Legs.First(l => l.Party == utterance.Party).Samples.Span, utterance.Start - Margin,
                utterance.End + Margin);
            var file = Path.Combine(folder, $"{i}.f32");
            await File.WriteAllBytesAsync(file, MemoryMarshal.AsBytes(audio.AsSpan()).ToArray(), cancellation).ConfigureAwait(false);
            chosen.Add(new PeerUtterance(call.Truth.Call.Id, call.Truth.Call.Language, utterance.Text, AudioTime.Seconds(audio.Length),
                file,
                window.Samples(audio.Length) / (2 * LogMel.Hop), utterance.End));
        }
        return chosen;
    }
}
