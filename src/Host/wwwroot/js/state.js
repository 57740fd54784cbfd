// The state of the page and the pure functions that advance it: reduce(state, message, now) gives the next state and
// leaves the old one untouched. Entries are replaced, never changed, so a view may skip what is still the same object.
// The feed's sequence number is the guard against doubles: what is not above the last one seen is not applied.

import { applyToTranscript } from './transcript-state.js';

/** Handled alerts and ended calls beyond these are forgotten, oldest first. */
const keptAlerts = 600;
const keptCalls = 800;

export function initialState() {
  return {
    server: null,
    sequence: null,
    lagSeconds: null,
    calls: new Map(),
    alerts: new Map(),
    transcript: null,
    selection: { call: null, alert: null, byHand: false },
    filter: '',
  };
}

export function alertKey(call, id) {
  return `${call}\n${id}`;
}

export function isOpen(alert) {
  return alert.state === 'open' && !alert.withdrawn;
}

/** One message of the stream Follow. `now` is milliseconds of this machine's clock. */
export function reduce(state, message, now) {
  switch (message.kind) {
    case 'snapshot': return applySnapshot(state, message, now);
    case 'resumed': return state;
    case 'events': return applyEvents(state, message, now);
    case 'pulse': return { ...state, lagSeconds: message.lagSeconds };
    default: return state;
  }
}

/** Seconds of audio of a call: what was last heard of, carried on by this machine's clock while the call is live. */
export function callSeconds(call, now) {
  return call.state === 'live' ? call.clock.time + (now - call.clock.at) / 1000 : call.durationSeconds;
}

function applySnapshot(state, message, now) {
  const restarted = state.server !== null && state.server.started !== message.server.started;
  const calls = new Map(message.calls.map((call) => [call.id, {
    ...call,
    startedAt: Date.parse(call.started),
    lines: {},
    warnings: call.warnings ?? [],
    clock: { time: call.durationSeconds, at: now },
    endedAt: call.state === 'ended' ? Date.parse(call.started) + call.durationSeconds * 1000 : null,
  }]));
  const alerts = new Map(message.alerts
    .map((summary) => ({ ...summary, key: alertKey(summary.call, summary.alert.id), raisedAt: Date.parse(summary.raised) }))
    // Raised while this page was away: as new to whoever looks at it as one that arrives now.
    .map((alert) => ({ ...alert, freshAt: state.sequence !== null && !restarted && !state.alerts.has(alert.key) ? now : null }))
    .sort((a, b) => a.raisedAt - b.raisedAt)
    .map((alert) => [alert.key, alert]));
  const { selection } = state;
  const keep = !restarted && selection.call !== null && calls.has(selection.call);
  return {
    ...state,
    server: message.server,
    sequence: message.sequence,
    lagSeconds: message.server.lagSeconds ?? message.lagSeconds ?? null,
    calls,
    alerts,
    transcript: keep ? state.transcript : null,
    selection: keep
      ? { ...selection, alert: alerts.has(selection.alert) ? selection.alert : null }
      : initialState().selection,
  };
}

function applyEvents(state, message, now) {
  const draft = { ...state, base: state };
  draft.lagSeconds = message.lagSeconds ?? state.lagSeconds;
  for (const { sequence, event } of message.items) {
    if (draft.sequence !== null && sequence <= draft.sequence) continue;
    draft.sequence = sequence;
    keepClock(draft, event, now);
    handlers[event.type]?.(draft, event, now);
    draft.transcript = applyToTranscript(draft.transcript, event);
  }
  forget(draft);
  delete draft.base;
  return draft;
}

const handlers = {
  'call.started'(draft, event, now) {
    if (draft.calls.has(event.call)) return;
    owned(draft, 'calls').set(event.call, {
      id: event.call, ...event.description,
      startedAt: Date.parse(event.description.started), durationSeconds: 0, state: 'live', line: null, lines: {}, warnings: [], criticalOpen: 0, warningOpen: 0,
      clock: { time: event.time, at: now }, endedAt: null,
    });
  },
  'call.ended'(draft, event, now) {
    changeCall(draft, event.call, (call) => ({
      ...call, state: 'ended', durationSeconds: event.time, endedAt: now, reason: event.reason,
    }));
  },
  'line.quality'(draft, event) {
    changeCall(draft, event.call, (call) => {
      const lines = { ...call.lines, [event.leg]: event.line };
      return { ...call, lines, line: worstRating(Object.values(lines)) };
    });
  },
  'line.warning'(draft, event) {
    changeCall(draft, event.call, (call) => {
      const others = call.warnings.filter((w) => w.leg !== event.leg || w.kind !== event.kind || w.cause !== event.cause);
      return { ...call, warnings: event.over ? others : [...others, event] };
    });
  },
  'alert.raised'(draft, event, now) {
    const key = alertKey(event.call, event.alert.id);
    const call = draft.calls.get(event.call);
    changeAlert(draft, key, (known) => ({
      key, call: event.call, agent: call?.agent ?? null, queue: call?.queue ?? null,
      state: 'open', raisedAt: known?.raisedAt ?? now, freshAt: known === undefined ? now : null,
      alert: event.alert, clock: event.clock, withdrawn: false, pending: event.early === true,
    }));
  },
  'alert.confirmed'(draft, event) {
    changeKnownAlert(draft, event, (alert) => ({ ...alert, alert: event.alert ?? alert.alert, pending: false, confirmed: true }));
  },
  'alert.withdrawn'(draft, event) {
    changeKnownAlert(draft, event, (alert) => ({ ...alert, pending: false, withdrawn: true, reason: event.reason }));
  },
  'alert.state'(draft, event) {
    changeKnownAlert(draft, event, (alert) => ({ ...alert, state: event.state, by: event.by ?? null }));
  },
};

/** A map of the draft that may be changed: copied once per message, the old state keeps its own. */
function owned(draft, name) {
  if (draft[name] === draft.base[name]) draft[name] = new Map(draft[name]);
  return draft[name];
}

function changeCall(draft, id, change) {
  const call = draft.calls.get(id);
  if (call) owned(draft, 'calls').set(id, change(call));
}

function changeKnownAlert(draft, event, change) {
  const key = alertKey(event.call, event.alertId ?? event.alert?.id);
  if (draft.alerts.has(key)) changeAlert(draft, key, change);
}

/** Changes an alert and, with it, the open counts of its call. */
function changeAlert(draft, key, change) {
  const before = draft.alerts.get(key);
  const after = change(before);
  owned(draft, 'alerts').set(key, after);
  const step = Number(isOpen(after)) - Number(before !== undefined && isOpen(before));
  const field = { critical: 'criticalOpen', warning: 'warningOpen' }[after.alert.severity];
  if (step !== 0 && field) changeCall(draft, after.call, (call) => ({ ...call, [field]: Math.max(0, call[field] + step) }));
}

/** Audio may run ahead of the clock (a recording sent faster than real time): take the later of the two. */
function keepClock(draft, event, now) {
  const call = draft.calls.get(event.call);
  if (call?.state === 'live' && event.time > callSeconds(call, now)) {
    owned(draft, 'calls').set(event.call, { ...call, clock: { time: event.time, at: now } });
  }
}

function worstRating(lines) {
  return ['poor', 'fair', 'good'].find((rating) => lines.some((line) => line.rating === rating)) ?? null;
}

function forget(draft) {
  trim(draft, 'alerts', keptAlerts, (alert) => !isOpen(alert));
  trim(draft, 'calls', keptCalls, (call) => call.state === 'ended' && call.id !== draft.selection.call);
}

function trim(draft, name, kept, mayGo) {
  let excess = draft[name].size - kept;
  if (excess <= 0) return;
  const map = owned(draft, name);
  for (const [key, entry] of map) {
    if (excess <= 0) break;
    if (mayGo(entry)) {
      map.delete(key);
      excess--;
    }
  }
}
