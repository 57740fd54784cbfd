using Prometheus;

namespace SpeechQA.Host.Metrics;

/// <summary>The series of one instrument in a registry.</summary>
internal interface IExportedInstrument
{
    /// <summary>Takes a measurement; series come into being with their first.</summary>
    void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags);
}

/// <summary>The series of one instrument: one collector for each set of label names, which are few and fixed.</summary>
/// <param name="create">Makes the collector with these label names, which are sorted.</param>
/// <param name="record">Adds or sets a value of a series.</param>
internal sealed class ExportedInstrument<TSeries>(Func<string[], Collector<TSeries>> create, Action<TSeries, double> record)
    : IExportedInstrument where TSeries : ChildBase
{
    private readonly Lock _lock = new();
    private volatile Labelled[] _known = [];

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labelled = Find(_known, tags) ?? Add(tags);
        var values = new string[tags.Length];
        for (var i = 0; i < values.Length; i++) values[i] = tags[labelled.Order[i]].Value?.ToString() ?? "";
        record(labelled.Collector.WithLabels(values.AsSpan()), value);
    }

    private Labelled Add(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_lock)
        {
            // Another thread may have been first.
            if (Find(_known, tags) is { } known) return known;
            var keys = new string[tags.Length];
            for (var i = 0; i < keys.Length; i++) keys[i] = tags[i].Key;
            // The same labels in another order are the same series.
            var order = Enumerable.Range(0, keys.Length).OrderBy(i => keys[i], StringComparer.Ordinal).ToArray();
            var labelled = new Labelled(keys, order, create([.. order.Select(i => MetricName.Plain(keys[i]))]));
            _known = [.. _known, labelled];
            return labelled;
        }
    }

    private static Labelled? Find(Labelled[] known, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var labelled in known)
            if (labelled.Fits(tags)) return labelled;
        return null;
    }

    /// <param name="Keys">In the order in which measurements give them.</param>
    /// <param name="Order">The place in <paramref name="Keys"/> of each label of the collector.</param>
    private sealed record Labelled(string[] Keys, int[] Order, Collector<TSeries> Collector)
    {
        public bool Fits(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.Length != Keys.Length) return false;
            for (var i = 0; i < Keys.Length; i++)
                if (!string.Equals(tags[i].Key, Keys[i], StringComparison.Ordinal)) return false;
            return true;
        }
    }
}
