using SpeechQA.Engine.Conversation;

namespace SpeechQA.Engine.Calls.Timeline;

/// <summary>
/// Hands the events of one call to its log, then to the feed of all calls: whoever has seen an event on the feed finds it in
/// the log. One caller at a time.
/// </summary>
internal sealed class CallPublisher(string call, CallLog log, Action<CallEvent> feed)
{
    private long _last;
    private CallEnded? _ended;
    private bool _isOver;

    /// <summary>Id of the call.</summary>
    public string Call => call;

    /// <summary>Number of the next event; an event that the log did not take leaves no hole.</summary>
    public long Next => _last + 1;

    /// <summary>The end of the call was published.</summary>
    public bool HasEnded => _ended is not null;

    /// <summary>Publishes the event numbered <see cref="Next"/>.</summary>
    public void Publish(CallEvent e)
    {
        log.Add(e);
        _last = e.Sequence;
        if (e is CallEnded ended) _ended = ended;
        feed(e);
        if (e is CallEnded) _isOver = true;
    }

    /// <summary>Ends a call whose timeline has faulted, unless its end was published before. Never throws.</summary>
    /// <param name="time">Audio time, seconds.</param>
    public void EndByFault(double time)
    {
        if (_isOver) return;
        _isOver = true;
        // The log or the feed may be what has faulted, which has been told: the other one gets the event all the same.
        if (_ended is not { } ended)
        {
            ended = new CallEnded(call, Next, time, SpeechQA.Engine.Calls.Call.InternalError);
            Try(log.Add, ended);
            _last = ended.Sequence;
        }
        Try(feed, ended);
    }

    private static void Try(Action<CallEvent> publish, CallEnded e)
    {
        try
        {
            publish(e);
        }
        catch (Exception)
        {
            // See above.
        }
    }
}
