// The transcript of the one call that is watched: pure functions over { call, lines, seen, last, loaded }.
// Its events come twice, from the history (GET /api/calls/{id}/events) and from the stream, in any order; they are merged
// by the call's own sequence number, so nothing is lost or doubled. Everything up to `last` came with the history; above
// it `seen` tells.

export function emptyTranscript(call) {
  return { call, lines: new Map(), seen: new Set(), last: 0, loaded: false };
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

/** Lines in the order they were spoken. */
export function orderedLines(transcript) {
  return [...transcript.lines.values()].sort((a, b) => a.start - b.start || a.sequence - b.sequence);
}

function merge(transcript, events, last, loaded) {
  const fresh = events.filter((event) => event.sequence > transcript.last && !transcript.seen.has(event.sequence)
    && handlers[event.type] !== undefined);
  if (fresh.length === 0 && last === transcript.last && loaded === transcript.loaded) return transcript;
  const lines = new Map(transcript.lines);
  const seen = new Set(transcript.seen);
  for (const event of fresh) {
    seen.add(event.sequence);
    handlers[event.type](lines, event);
  }
  for (const sequence of seen) if (sequence <= last) seen.delete(sequence);
  return { ...transcript, lines, seen, last, loaded };
}

const handlers = {
  'transcript.partial'(lines, event) {
    const known = lines.get(lineKey(event));
    if (known && (known.final || known.sequence > event.sequence)) return;
    place(lines, event, { final: false, words: [] });
  },
  'transcript.final'(lines, event) {
    place(lines, event, { final: true, words: event.words ?? [] });
    dropStalePartials(lines, event);
  },
  'call.ended'(lines) {
    for (const [key, line] of lines) if (!line.final) lines.delete(key);
  },
};

function place(lines, event, more) {
  const { party, utterance, start, end, text, sequence } = event;
  const key = lineKey(event);
  // A final without text was no speech: its partial goes.
  if (text.trim() === '') lines.delete(key);
  else lines.set(key, { key, party, utterance, start, end, text, sequence, ...more });
}

/** Speech that turned out to be none gets no final; a later final of the same party ends its grey line. */
function dropStalePartials(lines, event) {
  for (const [key, line] of lines) {
    if (!line.final && line.party === event.party && line.utterance < event.utterance) lines.delete(key);
  }
}

function lineKey(event) {
  return `${event.party}:${event.utterance}`;
}
