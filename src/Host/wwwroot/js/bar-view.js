// The bar at the top: how many calls, how many open alerts, the lag, and the state of the connection in words.

import { byId, setText } from './dom.js';
import { plural } from './format.js';

/** Seconds for which "resumed, 7 events caught up" stays. */
const noteSeconds = 5;

export class BarView {
  render({ calls, lagSeconds }, open) {
    let live = 0;
    for (const call of calls.values()) if (call.state === 'live') live++;
    setText(byId('live-count'), String(live));
    setText(byId('open-count'), String(open.critical + open.warning));
    setText(byId('open-word'), open.critical + open.warning === 1 ? 'alert open' : 'alerts open');
    byId('open-figure').dataset.level = open.critical > 0 ? 'critical' : open.warning > 0 ? 'warning' : 'none';
    setText(byId('lag'), lagSeconds === null ? '–' : `${lagSeconds.toFixed(1)} s`);
  }

  /** @param {{ phase: string, since: number, note: string | null }} link since: milliseconds */
  renderLink(link, now) {
    const seconds = Math.floor((now - link.since) / 1000);
    byId('connection').dataset.phase = link.phase;
    setText(byId('connection-text'), linkWords(link, seconds));
  }
}

function linkWords({ phase, note }, seconds) {
  if (phase === 'down') return `reconnecting, ${seconds} s`;
  if (phase === 'connecting') return 'connecting';
  return note !== null && seconds < noteSeconds ? note : 'live';
}

/** What to say when the feed answers after a loss. */
export function returnNote(message, restarted) {
  if (message.kind === 'resumed') return `resumed, ${plural(message.caughtUp, 'event')} caught up`;
  if (restarted) return 'server restarted, starting afresh';
  return message.missed ? 'reconnected, lists loaded afresh' : null;
}
