namespace SpeechQA.EndToEnd.Page;

/// <summary>The page's pure modules, run in the browser they are written for.</summary>
[Collection(ChromiumCollection.Name)]
public sealed class StateTests(Chromium chromium)
{
    private const string Feed = """
        async () => {
          const { initialState, reduce } = await import('/js/state.js');
          const alert = { id: 'r-1', rule: 'r', name: 'R', severity: 'critical', evidence: [] };
          const description = { started: '2026-01-01T00:00:00Z', agent: 'Mia', queue: 'q', parties: [] };
          const item = (sequence, event) => ({ sequence, event: { call: 'c', sequence, time: 1, ...event } });
          const batch = (...items) => ({ kind: 'events', items });
          const started = reduce(initialState(),
            batch(item(1, { type: 'call.started', description }), item(2, { type: 'alert.raised', alert })), 0);
          const again = reduce(started, batch(item(2, { type: 'alert.raised', alert: { ...alert, id: 'r-2' } })), 0);
          const twice = reduce(started, batch(item(3, { type: 'alert.raised', alert })), 0);
          const confirmed = reduce(twice, batch(item(4, { type: 'alert.confirmed', alertId: 'r-1' })), 0);
          const withdrawn = reduce(confirmed,
            batch(item(5, { type: 'alert.withdrawn', alertId: 'r-1' }), item(6, { type: 'alert.withdrawn', alertId: 'unknown' })), 0);
          return [started, again, twice, confirmed, withdrawn].map(({ alerts, calls, sequence }) =>
            `${sequence}: ${alerts.size} alerts, ${calls.get('c').criticalOpen} open`);
        }
        """;

    private const string Transcript = """
        async () => {
          const { applyHistory, applyToTranscript, emptyTranscript, orderedLines } = await import('/js/transcript-state.js');
          const line = (sequence, type, utterance, text) => ({ type: `transcript.${type}`, call: 'c', leg: 0, party: 'agent', sequence,
            utterance, start: utterance, end: utterance + 1, text });
          const events = [
            line(1, 'partial', 0, 'one'), line(2, 'final', 0, 'one.'), line(3, 'partial', 1, 'tw'), line(4, 'partial', 1, 'two'),
            line(5, 'partial', 2, 'noise'), line(6, 'final', 2, ''), line(7, 'partial', 3, 'more')];
          const orders = (list) => list.length < 2 ? [list]
            : list.flatMap((each, i) => orders(list.toSpliced(i, 1)).map((rest) => [each, ...rest]));
          const shown = new Set();
          for (const order of orders(events)) {
            // Whatever the stream brings before and after the history up to number 3 ...
            let transcript = emptyTranscript('c');
            order.slice(0, 3).forEach((event) => { transcript = applyToTranscript(transcript, event); });
            transcript = applyHistory(transcript, 'c', events.slice(0, 3), 3);
            order.slice(3).forEach((event) => { transcript = applyToTranscript(transcript, event); });
            shown.add(orderedLines(transcript).map(({ text, final }) => text + (final ? '' : '*')).join('|'));
          }
          return [...shown];
        }
        """;

    private const string Mood = """
        async () => {
          const { applyHistory, applyToTranscript, emptyTranscript } = await import('/js/transcript-state.js');
          const { curvesOf } = await import('/js/mood-view.js');
          const point = (sequence, time, more, party = 'customer', leg = 1) => ({ type: 'inflection', call: 'c', sequence, time, leg, party,
            inflection: { state: 'calm', score: null, semitones: null, ...more } });
          const events = [
            point(1, 10, { score: 0.25 }), point(2, 20, { score: 0.75, state: 'watch' }), point(3, 30, { semitones: 6, state: 'raised' }),
            point(4, 40, {}), point(5, 50, { score: 1 }, 'agent', 0), point(6, 60, { score: 0.5 }, 'customer', 0)];
          let transcript = applyToTranscript(emptyTranscript('c'), events[2]);
          transcript = applyHistory(transcript, 'c', events, 6);
          return curvesOf(transcript.mood).map((points) => points.map(({ x, y, state }) => `${x} ${y} ${state}`).join(', '));
        }
        """;

    [SkippableFact]
    public async Task The_mood_has_a_curve_for_each_leg_of_a_customer_in_the_order_of_time()
    {
        await using var live = await LivePage.OpenAsync(chromium);
        Assert.Equal(["600 20 calm", "100 30 calm, 200 10 watch, 300 20 raised"], await live.Page.EvaluateAsync<string[]>(Mood));
    }

    [SkippableFact]
    public async Task Events_apply_once_and_open_counts_follow_the_alerts()
    {
        await using var live = await LivePage.OpenAsync(chromium);
        var states = await live.Page.EvaluateAsync<string[]>(Feed);
        Assert.Equal(["2: 1 alerts, 1 open", "2: 1 alerts, 1 open", "3: 1 alerts, 1 open", "4: 1 alerts, 1 open", "6: 1 alerts, 0 open"],
            states);
    }

    [SkippableFact]
    public async Task History_and_stream_merge_to_the_same_transcript_in_every_order()
    {
        await using var live = await LivePage.OpenAsync(chromium);
        Assert.Equal(["one.|more*"], await live.Page.EvaluateAsync<string[]>(Transcript));
    }
}
