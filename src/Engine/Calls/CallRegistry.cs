using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Calls;

/// <summary>
/// The calls that are open, and those that ended a while ago. It alone knows which call is the open one of an external id,
/// and which ended calls can still be asked for.
/// </summary>
public sealed class CallRegistry(ILogger? logger = null)
{
    /// <summary>Ended calls that can still be asked for; beyond it the oldest go, those with an open alert last.</summary>
    public const int EndedLimit = 200;

    private readonly ConcurrentDictionary<string, Call> _calls = new();
    private readonly List<Call> _ended = [];
    private readonly Lock _opening = new();

    /// <summary>All known calls, ended ones included.</summary>
    public IEnumerable<Call> All => _calls.Values;

    /// <summary>Calls whose audio is not yet worked through.</summary>
    public int OpenCount => _calls.Values.Count(c => !c.Completion.IsCompleted);

    /// <summary>A call that is open or has not been forgotten; null: neither.</summary>
    public Call? Find(string id) => _calls.GetValueOrDefault(id);

    /// <summary>The open call with the caller's own id, if there is one.</summary>
    public Call? FindExternal(string externalId) =>
        _calls.Values.FirstOrDefault(c => c.Options.ExternalId == externalId && !c.IsEnding && !c.Completion.IsCompleted);

    /// <summary>Adds a call made by <paramref name="create"/>, unless one with the same external id is open: then that one.</summary>
    internal (Call Call, bool Created) Add(string? externalId, Func<Call> create)
    {
        lock (_opening)
        {
            if (externalId is not null && FindExternal(externalId) is { } open) return (open, false);
            var call = create();
            _calls[call.Id] = call;
            call.Start();
            _ = UnattendedWork.RunAsync("registry", logger ?? NullLogger.Instance, () => ForgetAsync(call));
            return (call, true);
        }
    }

    private async Task ForgetAsync(Call call)
    {
        await call.Completion.ConfigureAwait(false);
        lock (_ended)
        {
            _ended.Add(call);
            if (_ended.Count <= EndedLimit) return;
            // An alert that nobody has handled needs its call.
            var oldest = Math.Max(0, _ended.FindIndex(c => !c.Log.HasOpenAlert));
            _calls.TryRemove(_ended[oldest].Id, out _);
            _ended.RemoveAt(oldest);
        }
    }
}
