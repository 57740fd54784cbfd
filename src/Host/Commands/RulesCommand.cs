using System.CommandLine;
using System.Globalization;
using SpeechQA.Engine.Rules.Reading;
using SpeechQA.Host.Output;

namespace SpeechQA.Host.Commands;

/// <summary><c>speechqa rules check</c>: all mistakes of rule files at once, or what the rules say in words.</summary>
internal static class RulesCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH") { Description = "Rule file, or folder of rule files" };
        var check = new Command("check", "Validate rules and explain them") { path };
        check.SetAction(parse => Check(parse.GetValue(path)!, Screen.OfProcess()));
        return new Command("rules", "Work with rules") { check };
    }

    /// <returns>The exit code.</returns>
    internal static int Check(string path, Screen screen)
    {
        var reading = RuleReader.Read(path);
        foreach (var error in reading.Errors) screen.Remark($"error: {error}");
        if (reading.Set is not { } set) return ExitCode.BadInput;
        var table = new ReportTable(new("rule", false), new("severity", false), new("party", false), new("languages", false), new("queues", false), new("cool-down s"),
            new("version", false), new("when", false));
        foreach (var rule in set.Rules)
            table.Add(rule.Id, CallJson.Name(rule.Severity), rule.Party is { } party ? CallJson.Name(party) : "each",
                string.Join(' ', rule.Languages.Select(l => l.Code)), rule.Queues.Count == 0 ? "all" : string.Join(' ', rule.Queues),
                rule.CoolDown.TotalSeconds.ToString(CultureInfo.InvariantCulture), rule.Version, RuleWords.Of(rule.When));
        table.Write(screen);
        screen.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{set.Rules.Count} rules in {reading.Files.Count} files are valid"));
        return ExitCode.Done;
    }
}
