namespace SpeechQA.Engine.Core;

/// <summary>
/// Sound that yielded nothing, or less than its source promises: a silent or encrypted line, a codec that is not decoded, a
/// recording whose header lies. Members and kinds are described in docs/api.md.
/// </summary>
/// <param name="Leg">Index of the leg; null: the recording or capture as a whole.</param>
/// <param name="Party">Who speaks on the leg; unknown where <paramref name="Leg"/> is null.</param>
/// <param name="Kind">One of <see cref="SoundWarningKind.All"/>.</param>
/// <param name="Start">Where it begins, seconds since the start of the call.</param>
/// <param name="Seconds">How much sound it is about; null while it goes on, and where that is not known.</param>
/// <param name="Cause">What was found, for a person.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record SoundWarning(int? Leg, Party Party, string Kind, double Start, double? Seconds, string Cause, string Remedy)
{
    /// <summary>Of the recording or capture as a whole.</summary>
    internal static SoundWarning OfSource(string kind, string cause, string remedy, double start = 0, double? seconds = null) =>
        new(null, Party.Unknown, kind, Rounded(start), seconds is { } length ? Rounded(length) : null, cause, remedy);

    /// <summary>One line for a person.</summary>
    public override string ToString() => $"{Cause}; {Remedy}";

    private static double Rounded(double seconds) => Math.Round(seconds, 3);
}
