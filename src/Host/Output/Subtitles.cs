using System.Globalization;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Analysis;

namespace SpeechQA.Host.Output;

/// <summary>The transcript of a call as subtitles, one cue per utterance.</summary>
internal static class Subtitles
{
    /// <summary>SubRip.</summary>
    public static void WriteSrt(TextWriter output, CallAnalysis call)
    {
        var legs = new LegNames(call.Parties);
        var number = 0;
        foreach (var said in call.Utterances)
        {
            output.WriteLine((++number).ToString(CultureInfo.InvariantCulture));
            output.WriteLine($"{Stamp(said.Start, ',')} --> {Stamp(said.End, ',')}");
            output.WriteLine(legs.NeedNoName ? said.Text : $"{Speaker(legs[said.Leg])}: {said.Text}");
            output.WriteLine();
        }
    }

    /// <summary>WebVTT (W3C), speakers as voice tags.</summary>
    public static void WriteVtt(TextWriter output, CallAnalysis call)
    {
        var legs = new LegNames(call.Parties);
        output.WriteLine("WEBVTT");
        output.WriteLine();
        foreach (var said in call.Utterances)
        {
            var text = said.Text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
            output.WriteLine($"{Stamp(said.Start, '.')} --> {Stamp(said.End, '.')}");
            output.WriteLine(legs.NeedNoName ? text : $"<v {Speaker(legs[said.Leg])}>{text}");
            output.WriteLine();
        }
    }

    private static string Speaker(string leg) => char.ToUpperInvariant(leg[0]) + leg[1..];

    private static string Stamp(long position, char point)
    {
        var ms = (long)Math.Round(AudioTime.Seconds(position) * 1_000);
        return string.Create(CultureInfo.InvariantCulture,
            $"{ms / 3_600_000:00}:{ms / 60_000 % 60:00}:{ms / 1_000 % 60:00}{point}{ms % 1_000:000}");
    }
}
