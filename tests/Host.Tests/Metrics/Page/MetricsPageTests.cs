using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using SpeechQA.Engine.Calls;

namespace SpeechQA.Host.Tests.Metrics.Page;

/// <summary>
/// The API page's table of metrics is true: each metric of it, and each value of a label that it names, moves on <c>/metrics</c> in a
/// scenario that must move it, and there is no metric that it does not name. Alone: the meters are of the process.
/// </summary>
[Collection(Alone.Name)]
public sealed class MetricsPageTests
{
    public static TheoryData<string> Scenarios => [.. MetricScenario.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task What_must_move_moves(string name)
    {
        var scenario = MetricScenario.All.Single(s => s.Name == name);
        await using var watch = await MetricsWatch.StartAsync();
        Assert.Empty(await watch.NotMovedAsync(scenario.Series, scenario.RunAsync));
    }

    [Fact]
    public void All_that_the_page_names_is_moved_by_a_scenario()
    {
        var page = MetricsPage.Read();
        Assert.True(page.Count > 80, $"only {page.Count} series on the page");
        var moved = MetricScenario.All.SelectMany(s => s.Series).ToList();
        Assert.DoesNotContain(page, p => !moved.Exists(p.IsMovedBy));
        // Nor does a scenario name what the page does not: a value that the page leaves open is any.
        var open = page.Where(p => p.Label is not null && p.Value is null).ToList();
        Assert.DoesNotContain(moved, m => !page.Contains(m) && !open.Exists(o => o.IsMovedBy(m)));
    }

    [Fact]
    public void All_that_the_meters_define_is_on_the_page()
    {
        var page = MetricsPage.Read().Select(p => p.Name).ToHashSet();
        var defined = Defined();
        Assert.True(defined.Count > 20, $"only {defined.Count} instruments are defined");
        Assert.Empty(defined.Except(page));
        Assert.Empty(page.Where(p => !p.StartsWith("dotnet_", StringComparison.Ordinal)).Except(defined));
    }

    /// <summary>Names of the instruments of the program's own meters, as a scrape writes them.</summary>
    private static SortedSet<string> Defined()
    {
        Assembly[] program = [typeof(Call).Assembly, typeof(EngineSetup).Assembly];
        foreach (var type in program.SelectMany(a => a.GetTypes()).Where(HasInstruments))
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name.StartsWith("SpeechQA.", StringComparison.Ordinal)) names.Add(NameOf(instrument));
        };
        listener.Start();
        return names;
    }

    private static bool HasInstruments(Type type) => !type.ContainsGenericParameters
        && type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Any(f => typeof(Meter).IsAssignableFrom(f.FieldType) || typeof(Instrument).IsAssignableFrom(f.FieldType));

    private static string NameOf(Instrument instrument)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var counts = instrument.GetType().Name is "Counter`1" or "ObservableCounter`1";
        return instrument.Name.Replace('.', '_') + unit + (counts ? "_total" : "");
    }
}
