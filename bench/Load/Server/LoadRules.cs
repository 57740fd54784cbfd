using SpeechQA.Bench.Load.Measuring;
using SpeechQA.Engine.Core;

namespace SpeechQA.Bench.Load.Server;

/// <summary>
/// The rules of a measured server in a folder of their own: a copy of the given ones and one that fires at every window of
/// inflection, because the real marks are far too rare to measure with. The copy can be changed while the server runs.
/// </summary>
internal sealed class LoadRules : IDisposable
{
    private const string WindowRule = $"""
        rules:
          - id: {LoadMeasures.WindowRule}
            name: A window was judged
            severity: info
            party: customer
            coolDown: 100ms
            when:
              inflection: any
        """;

    private int _changes;

    /// <param name="from">File or folder.</param>
    public LoadRules(string from)
    {
        Folder = Directory.CreateTempSubdirectory("speechqa-load-").FullName;
        var files = File.Exists(from) ? [from] : Directory.Exists(from)
            ? Directory.GetFiles(from, "*.yaml", SearchOption.AllDirectories)
            : [];
        if (files.Length == 0) throw new BadInputException($"{from}: no rules there", "name a rule file or folder with --rules");
        foreach (var file in files) File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        File.WriteAllText(Path.Combine(Folder, "load-window.yaml"), WindowRule);
    }

    public string Folder { get; }

    /// <summary>Writes one rule anew, with another name: its own version changes, the others' do not.</summary>
    public void Change() =>
        File.WriteAllText(Path.Combine(Folder, "load-window.yaml"),
            WindowRule.Replace("was judged", $"was judged ({++_changes})", StringComparison.Ordinal));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
