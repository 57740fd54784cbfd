using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Calls.Load;

/// <summary>What one call gives up under load, and how much it has gone without.</summary>
/// <param name="overload">Of all calls; null: this one never gives anything up (a recording, or a measurement in audio time).</param>
internal sealed class CallLoad(Overload? overload)
{
    private readonly long[] _shed = new long[EngineMetrics.ShedKinds.Count];
    private readonly long _call = overload?.NextCall() ?? 0;

    /// <summary>Live calls give up, recordings wait.</summary>
    public static CallLoad Of(CallOptions options, Overload overload) =>
        new(options.Live && !options.Partials.InAudioTime ? overload : null);

    /// <summary>Of how many partials one is made.</summary>
    public long PartialStride => Step switch
    {
        LoadStep.None => 1,
        LoadStep.HalfPartials => 2,
        LoadStep.FewPartials => 4,
        _ => long.MaxValue,
    };

    /// <summary>No partials are made.</summary>
    public bool StopsPartials => Step >= LoadStep.NoPartials;

    /// <summary>Words that are only shown wait until a worker is idle.</summary>
    public bool IsBusy => overload is { IsBusy: true };

    /// <summary>The inflection model hears every second window only.</summary>
    public bool WidensInflection => Step >= LoadStep.WideInflection;

    /// <summary>What the call has gone without, by kind; null: nothing.</summary>
    public IReadOnlyDictionary<string, long>? Shed
    {
        get
        {
            var shed = new SortedDictionary<string, long>(StringComparer.Ordinal);
            for (var i = 0; i < EngineMetrics.ShedKinds.Count; i++)
                if (Interlocked.Read(ref _shed[i]) is > 0 and var count) shed[EngineMetrics.ShedKinds[i]] = count;
            return shed.Count == 0 ? null : shed;
        }
    }

    private LoadStep Step => overload?.Step ?? LoadStep.None;

    /// <summary>An utterance given to the recogniser, which waits as a final once <see cref="Enter"/> says so.</summary>
    public WaitingFinal NewFinal(long queued, CancellationTokenSource cancel) => new(_call, queued, cancel);

    /// <inheritdoc cref="Overload.Enter"/>
    public void Enter(WaitingFinal final) => overload?.Enter(final);

    /// <inheritdoc cref="Overload.Begin"/>
    public void Begin(WaitingFinal final) => overload?.Begin(final);

    /// <inheritdoc cref="Overload.Leave"/>
    public void Leave(WaitingFinal final) => overload?.Leave(final);

    /// <inheritdoc cref="Overload.Relieve"/>
    public void Relieve() => overload?.Relieve();

    /// <summary>Counts what was given up, for this call and in <see cref="EngineMetrics.Shed"/>.</summary>
    public void Count(ShedKind kind, long count = 1)
    {
        if (count <= 0) return;
        Interlocked.Add(ref _shed[(int)kind], count);
        EngineMetrics.Shed.Add(count, new KeyValuePair<string, object?>("kind", EngineMetrics.ShedKinds[(int)kind]));
    }
}
