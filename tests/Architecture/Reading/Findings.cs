namespace SpeechQA.Architecture.Reading;

/// <summary>What breaks a rule, told so that somebody who does not know the rule can mend it.</summary>
internal static class Findings
{
    private const int Shown = 40;

    /// <summary>Fails when there is anything.</summary>
    /// <param name="found">Each with file and line where it has them.</param>
    /// <param name="remedy">What to do about it.</param>
    public static void None(IEnumerable<string> found, string remedy)
    {
        var all = found.ToList();
        if (all.Count == 0) return;
        var more = all.Count > Shown ? $"\n... and {all.Count - Shown} more" : "";
        Assert.Fail($"{all.Count} found; {remedy}\n{string.Join('\n', all.Take(Shown))}{more}");
    }
}
