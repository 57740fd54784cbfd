// The transcript of the one call that is watched: pure functions over { call, lines, mood, seen, last, loaded, ended }.
// Its events come twice, from the history (GET /api/calls/{id}/events) and from the stream, in any order; they are merged
// by the call's own sequence number, so nothing is lost or doubled. Everything up to `last` came with the history; above
// it `seen` tells.

export function emptyTranscript(call) {
  return { call, lines: new Map(), mood: [], facts: null, seen: new Set(), last: 0, loaded: false, ended: false };
}

/** An event of the stream; the same object comes back when it changes nothing. */
export function applyToTranscript(transcript, event) {
  if (transcript === null || event.call !== transcript.call) return transcript;
  return merge(transcript, [event], transcript.last, transcript.loaded);
}

export function applyHistory(transcript, call, events, last) {
  if (transcript === null || call !== transcript.call) return transcript;
  return merge(transcript, events, Math.max(last, transcript.last), true);
}

/**
 * The lines to show, in the order they were spoken. A final without text was no speech. Speech that turned out to be none
 * may get no final at all: a later final of the same leg, or the end of the call, ends its grey line.
 */
export function orderedLines({ lines, ended }) {
  const latestFinal = new Map();
  for (const { final, leg, utterance } of lines.values()) {
    if (final) latestFinal.set(leg, Math.max(utterance, latestFinal.get(leg) ?? -1));
  }
  return [...lines.values()]
    .filter(({ final, text, leg, utterance }) => text.trim() !== '' && (final || (!ended && utterance > (latestFinal.get(leg) ?? -1))))
    .sort((a, b) => a.start - b.start || a.sequence - b.sequence);
}

function merge(transcript, events, last, loaded) {
  const fresh = events.filter((event) => event.sequence > transcript.last && !transcript.seen.has(event.sequence)
    && handlers[event.type] !== undefined);
  if (fresh.length === 0 && last === transcript.last && loaded === transcript.loaded) return transcript;
  const draft = { ...transcript, lines: new Map(transcript.lines), mood: transcript.mood, seen: new Set(transcript.seen), last, loaded };
  for (const event of fresh) {
    draft.seen.add(event.sequence);
    handlers[event.type](draft, event);
  }
  for (const sequence of draft.seen) if (sequence <= last) draft.seen.delete(sequence);
  return draft;
}

const handlers = {
  'transcript.partial'(draft, event) {
    const known = draft.lines.get(lineKey(event));
    if (!known || (!known.final && known.sequence < event.sequence)) place(draft, event, { final: false, words: [], stable: event.stable ?? 0 });
  },
  'transcript.final'(draft, event) {
    // An utterance may come again, when it is known which of its numbers are secrets: the newest counts.
    const known = draft.lines.get(lineKey(event));
    if (!known || !known.final || known.sequence < event.sequence) place(draft, event, { final: true, words: event.words ?? [] });
  },
  inflection(draft, event) {
    draft.mood = [...draft.mood, { time: event.time, leg: event.leg, party: event.party, inflection: event.inflection }];
  },
  'call.scored'(draft, event) {
    draft.facts = event.facts;
  },
  'call.ended'(draft) {
    draft.ended = true;
  },
};

function place(draft, event, more) {
  const { leg, party, utterance, start, end, text, sequence } = event;
  const key = lineKey(event);
  draft.lines.set(key, { key, leg, party, utterance, start, end, text, sequence, ...more });
}

// By leg: two legs may be of the same party.
function lineKey(event) {
  return `${event.leg}:${event.utterance}`;
}
