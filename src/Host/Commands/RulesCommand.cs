using System.CommandLine;
using System.Globalization;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Reading;
using SpeechQA.Engine.TextModels;
using SpeechQA.Host.Output;

namespace SpeechQA.Host.Commands;

/// <summary>
/// <c>speechqa rules check</c>: all mistakes of rule files at once, or what the rules say in words, and how their
/// conditions on meaning stand against ordinary talk.
/// </summary>
internal static class RulesCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH") { Description = "Rule file, or folder of rule files" };
        var models = new Option<string?>("--models")
        {
            Description = "Folder of the models [default: models beside the program]",
            HelpName = "PATH",
        };
        var check = new Command("check", "Validate rules and explain them") { path, models };
        check.SetAction(parse =>
        {
            using var sessions = new ModelSessions(ModelFolder.Find(parse.GetValue(models)));
            using var text = TextModel.Open(sessions);
            return Check(parse.GetValue(path)!, text, ConsoleOutput.OfProcess());
        });
        return new Command("rules", "Work with rules") { check };
    }

    /// <returns>The exit code.</returns>
    internal static int Check(string path, TextModel text, ConsoleOutput console)
    {
        var reading = RuleReader.Read(path, text);
        foreach (var error in reading.Errors) console.Remark($"error: {error}");
        if (reading.Set is not { } set) return ExitCode.BadInput;
        var table = new ReportTable(new("rule", false), new("severity", false), new("party", false), new("languages", false),
            new("queues", false),
            new("cool-down s"), new("version", false), new("when", false));
        foreach (var rule in set.Rules)
            table.Add(rule.Id, SeverityName.Of(rule.Severity), rule.Party is { } party ? PartyName.Of(party) : "each",
                string.Join(' ', rule.Languages.Select(l => l.Code)), rule.Queues.Count == 0 ? "all" : string.Join(' ', rule.Queues),
                rule.CoolDown.TotalSeconds.ToString(CultureInfo.InvariantCulture), rule.Version, RuleWords.Of(rule.When));
        table.Write(console);
        foreach (var meaning in MeaningCheck.Of(set, text)) Tell(meaning, console);
        console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{set.Rules.Count} rules in {reading.Files.Count} files are valid"));
        return ExitCode.Done;
    }

    private static void Tell(MeaningCheck check, ConsoleOutput console)
    {
        console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{check.Rule}: {RuleWords.Of(check.Condition)}: above {check.Threshold:0.####}; of ordinary talk "
            + $"{100 * check.FalseAlarms:0.0} % fire, expect up to {100 * check.Expected:0.0} %"));
        foreach (var near in check.Nearest)
            console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {near.Score:0.0000}{(near.Fires ? " FIRES" : "")}  {near.Utterance.Text}  [{near.Utterance.Label}]"));
        foreach (var weak in check.WeakExamples)
            console.Out.WriteLine($"  weak example, unlike the others: {weak}");
        console.Out.WriteLine();
    }
}
