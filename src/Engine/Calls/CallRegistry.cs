using System.Collections.Concurrent;

namespace SpeechQA.Engine.Calls;

/// <summary>The calls that are open, and those that ended a while ago.</summary>
public sealed class CallRegistry
{
    /// <summary>Ended calls that can still be asked for.</summary>
    public const int EndedLimit = 200;

    private readonly ConcurrentDictionary<string, Call> _calls = new();
    private readonly ConcurrentQueue<Call> _ended = new();
    private readonly Lock _opening = new();

    /// <summary>All known calls, ended ones included.</summary>
    public IEnumerable<Call> All => _calls.Values;

    public int OpenCount => _calls.Values.Count(c => !c.Completion.IsCompleted);

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
            _ = ForgetAsync(call);
            return (call, true);
        }
    }

    private async Task ForgetAsync(Call call)
    {
        await call.Completion.ConfigureAwait(false);
        _ended.Enqueue(call);
        while (_ended.Count > EndedLimit && _ended.TryDequeue(out var oldest)) _calls.TryRemove(oldest.Id, out _);
    }
}
