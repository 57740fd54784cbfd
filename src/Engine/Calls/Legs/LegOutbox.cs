using System.Threading.Channels;
using SpeechQA.Engine.Calls.Early;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;

namespace SpeechQA.Engine.Calls.Legs;

/// <summary>
/// What a leg tells its call's timeline, in the order of the leg's decisions: an utterance that is still being recognised holds
/// back what was decided after it. The leg's listener is the one writer; <see cref="SendAsync"/> is the one reader.
/// </summary>
internal sealed class LegOutbox(LegId leg, bool live, CallTimeline timeline, CancellationToken stop)
{
    /// <summary>Stands where a voice window that the timeline has already been told has its place.</summary>
    private static readonly object VoicePlace = new();

    // A recording waits for its recognition; a live leg never does.
    private readonly Channel<Item> _items = live
        ? Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true })
        : Channel.CreateBounded<Item>(512);

    private bool _hasEnded;

    /// <param name="What">A <see cref="LegEvent"/>, a task of one, a <see cref="TranscriptDraft"/> or <see cref="VoicePlace"/>.</param>
    private readonly record struct Item(object What, DraftJudgement? Judgement = null);

    /// <summary>Puts an event; waits for room when the leg is a recording.</summary>
    public ValueTask PutAsync(LegEvent e) => _items.Writer.WriteAsync(new Item(e), stop);

    /// <summary>Puts an event that is still being recognised; null: there will be none.</summary>
    public ValueTask PutAsync(Task<LegEvent?> recognised) => _items.Writer.WriteAsync(new Item(recognised), stop);

    /// <summary>
    /// Puts how the party spoke. A live leg tells it at once, ahead of words that are still being recognised; its place among the
    /// leg's events, where the rules about voice and words judge it, comes in order.
    /// </summary>
    public ValueTask PutVoiceAsync(InflectionMeasured measured)
    {
        if (!live) return _items.Writer.WriteAsync(new Item(measured), stop);
        timeline.Hear(measured);
        return _items.Writer.WriteAsync(new Item(VoicePlace), stop);
    }

    /// <summary>Puts words of speech that goes on; live legs only, whose outbox has no limit.</summary>
    /// <param name="judgement">Receives what the rules make of them; null: nobody asks.</param>
    public void Put(TranscriptDraft draft, DraftJudgement? judgement) => _items.Writer.TryWrite(new Item(draft, judgement));

    /// <summary>Nothing more will be put.</summary>
    public void Complete() => _items.Writer.TryComplete();

    /// <summary>
    /// Sends what is put until the outbox is completed. After a fault of the call, recognition under way is waited for no longer.
    /// </summary>
    public async Task SendAsync()
    {
        await foreach (var (what, judgement) in _items.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (what is Task<LegEvent?> recognised)
            {
                var e = await (recognised.IsCompleted ? recognised : recognised.WaitAsync(stop)).ConfigureAwait(false);
                if (e is not null) Send(e, null);
            }
            else
            {
                Send(what, judgement);
            }
        }
    }

    /// <summary>
    /// Ends the leg at the timeline if that has not come about: the other leg's events wait for this one's. What was not sent is
    /// let go, audio included.
    /// </summary>
    /// <remarks>Only after <see cref="SendAsync"/> has returned.</remarks>
    public void End(long position)
    {
        while (_items.Reader.TryRead(out _))
        {
        }
        if (!_hasEnded) timeline.Post(new LegEnded(leg.Index, leg.Party, position));
    }

    private void Send(object what, DraftJudgement? judgement)
    {
        switch (what)
        {
            case TranscriptDraft draft:
                timeline.Show(draft, judgement);
                break;
            case InflectionMeasured measured:
                timeline.Hear(measured);
                timeline.PlaceVoice(leg.Index);
                break;
            case LegEvent e:
                _hasEnded = e is LegEnded;
                timeline.Post(e);
                break;
            default:
                timeline.PlaceVoice(leg.Index);
                break;
        }
    }
}
