using Microsoft.Extensions.Time.Testing;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Reading;
using SpeechQA.Engine.Tests.Fakes;

namespace SpeechQA.Engine.Tests.Rules;

public sealed class RuleFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private DateTime _written = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public void Dispose() => _folder.Delete(true);

    [Fact]
    public void Changed_rules_come_into_force_and_bad_ones_do_not()
    {
        Write("a.yaml", Rule("one"));
        using var rules = new RuleFolder(_folder.FullName, new FakeTimeProvider());
        var told = new List<RuleReading>();
        rules.Changed += told.Add;
        rules.Look();
        Assert.Equal((0, "one"), (told.Count, Ids(rules)));

        Write("b.yaml", Rule("two"));
        rules.Look();
        Assert.Equal(("one two", 1, 0), (Ids(rules), rules.Reloads, rules.Rejected));

        var before = rules.Current;
        Write("b.yaml", Rule("one"));
        rules.Look();
        Assert.Same(before, rules.Current);
        Assert.Equal((1, 1), (rules.Reloads, rules.Rejected));
        Assert.Contains("already used", Assert.Single(told[^1].Errors).Reason);

        File.Delete(Path.Combine(_folder.FullName, "b.yaml"));
        rules.Look();
        Assert.Equal(("one", 2), (Ids(rules), rules.Reloads));
    }

    [Fact]
    public void Where_the_file_system_gives_no_notice_polling_finds_the_change()
    {
        Write("a.yaml", Rule("one"));
        var time = new FakeTimeProvider();
        using var rules = new RuleFolder(Path.Combine(_folder.FullName, "a.yaml"), time);
        Write("a.yaml", Rule("two"));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("two", Ids(rules));
    }

    [Fact]
    public void A_reader_that_fails_on_a_change_is_told_once_and_the_next_change_is_taken()
    {
        Write("a.yaml", Rule("one"));
        var (time, log, broken) = (new FakeTimeProvider(), new FaultLog(), true);
        using var rules = new RuleFolder(_folder.FullName, time, logger: log)
        {
            Reader = (path, text) => broken ? throw new InvalidOperationException("a bug") : RuleReader.Read(path, text),
        };
        Write("a.yaml", Rule("two"));
        time.Advance(TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["a bug"], log.Faults);
        Assert.Equal("one", Ids(rules));

        broken = false;
        Write("a.yaml", Rule("three"));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("three", Ids(rules));
    }

    [Fact]
    public void A_listener_that_fails_does_not_end_the_timer()
    {
        Write("a.yaml", Rule("one"));
        var (time, log) = (new FakeTimeProvider(), new FaultLog());
        using var rules = new RuleFolder(_folder.FullName, time, logger: log);
        rules.Changed += _ => throw new InvalidOperationException("a bug");
        Write("a.yaml", Rule("two"));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("two", Ids(rules));
        Assert.Equal(["a bug"], log.Faults);
    }

    [Fact]
    public void Without_valid_rules_at_the_start_there_is_an_error()
    {
        Write("a.yaml", "rules: 1");
        Assert.Throws<BadInputException>(() => new RuleFolder(_folder.FullName, new FakeTimeProvider()));
    }

    private static string Rule(string id) => $"rules:\n  - {{ id: {id}, severity: info, when: {{ phrase: hello }} }}\n";

    private static string Ids(RuleFolder rules) => string.Join(' ', rules.Current.Rules.Select(r => r.Id));

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, _written = _written.AddSeconds(1));
    }
}
