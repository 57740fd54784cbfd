// Which call and which alert comes first. Pure: no DOM.

import { isOpen } from './state.js';

/** Seconds an ended call stays among the live ones before it folds away. */
const foldAfterSeconds = 120;

/** Worst first: open critical alerts, then warnings, then live before ended, then the longest call. */
export function compareCalls(a, b) {
  return b.criticalOpen - a.criticalOpen
    || b.warningOpen - a.warningOpen
    || Number(a.state === 'ended') - Number(b.state === 'ended')
    || a.startedAt - b.startedAt
    || (a.id < b.id ? -1 : 1);
}

/** Open ones first, then those that were handled; within both the newest first. Given in the order they came. */
export function sortAlerts(alerts) {
  return alerts.toReversed().sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || b.raisedAt - a.raisedAt);
}

/** A call that needs nobody any more. */
export function isFolded(call, now) {
  return call.state === 'ended' && call.criticalOpen === 0 && now - call.endedAt > foldAfterSeconds * 1000;
}

/** Does the filter's every word occur in the call's agent, queue or ids? */
export function matches(filter, call) {
  if (filter === '') return true;
  const text = [call.agent, call.queue, call.id, call.externalId].filter(Boolean).join(' ').toLowerCase();
  return filter.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/**
 * The items in the order they already have on the screen, for while somebody points at the list; what is new goes to the
 * front (alerts) or to the end (calls), as sorted.
 */
export function keepOrder(shownKeys, sorted, keyOf, newFirst) {
  const place = new Map(shownKeys.map((key, index) => [key, index]));
  const known = sorted.filter((item) => place.has(keyOf(item))).sort((a, b) => place.get(keyOf(a)) - place.get(keyOf(b)));
  const fresh = sorted.filter((item) => !place.has(keyOf(item)));
  return newFirst ? [...fresh, ...known] : [...known, ...fresh];
}
