using SpeechQA.Engine.Core;

namespace SpeechQA.Bench.Truth;

/// <summary>A recording of which is known what is said in it.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Language">A code of two letters.</param>
/// <param name="AgentChannel">1 or 2.</param>
/// <param name="Labels">What each party says; <see cref="Party.Unknown"/>: whoever.</param>
internal sealed record LabelledAudio(string Path, string Name, string Language, int AgentChannel,
    IReadOnlyList<(Party Party, Labelled Label)> Labels)
{
    /// <summary>
    /// The recordings below a folder: sample calls (recording and <c>.truth.json</c>), or clips with a <c>labels.csv</c>
    /// (columns file, language, transcript; paths from the folder or from the one above it).
    /// </summary>
    /// <exception cref="BadInputException">There is neither, or a file of them cannot be read.</exception>
    public static IReadOnlyList<LabelledAudio> Find(string folder)
    {
        if (!Directory.Exists(folder))
            throw new BadInputException($"{folder}: no such folder", "give a folder of sample calls or of clips with labels.csv");
        var truths = Files(folder, "*" + CallTruth.Ending);
        var labels = Files(folder, "labels.csv");
        if (truths.Count + labels.Count == 0)
            throw new BadInputException($"{folder}: neither {CallTruth.Ending} files nor labels.csv in it",
                "give a folder of sample calls or of clips with labels.csv");
        return [.. truths.Select(OfCall), .. labels.SelectMany(OfClips)];
    }

    private static List<string> Files(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static LabelledAudio OfCall(string path)
    {
        var truth = CallTruth.Read(path);
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        var set = System.IO.Path.GetFileName(folder);
        (Party, Labelled) Said(Party party, string name) => (party, new Labelled($"{set}/{truth.Call.Id} {name}", truth.Call.Language,
            string.Join(' ', truth.Utterances.Where(u => u.Party == name).OrderBy(u => u.Start).Select(u => u.Text))));
        return new LabelledAudio(System.IO.Path.Combine(folder, truth.Call.Audio), truth.Call.Id, truth.Call.Language[..2],
            AgentChannelOf(truth),
            [Said(Party.Agent, PartyName.Agent), Said(Party.Customer, PartyName.Customer)]);
    }

    /// <summary>The agent's channel, 1 or 2.</summary>
    public static int AgentChannelOf(CallTruth truth) => truth.Channels.FirstOrDefault(c => c.Party == PartyName.Agent)?.Channel ?? 1;

    private static IEnumerable<LabelledAudio> OfClips(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        foreach (var row in CsvTable.Read(File.ReadAllText(path)))
        {
            if (!row.TryGetValue("file", out var file) || !row.TryGetValue("language", out var language)
                || !row.TryGetValue("transcript", out var transcript))
                throw new BadInputException($"{path}: a column is missing", "give the columns file, language and transcript");
            if (!Labelled.Covers(language)) continue;
            var name = file.Replace('\\', '/');
            var here = System.IO.Path.Combine(folder, name);
            if (!name.Contains('/')) name = $"{System.IO.Path.GetFileName(folder)}/{name}";
            var audio = File.Exists(here) ? here : System.IO.Path.Combine(System.IO.Path.GetDirectoryName(folder) ?? folder, name);
            yield return new LabelledAudio(audio, name, language[..2], 1, [(Party.Unknown, new Labelled(name, language, transcript))]);
        }
    }
}
