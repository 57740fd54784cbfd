// What reaches people who look elsewhere: the tab's title and icon with the count of open critical alerts, the live
// region for screen readers, and the optional sound.

import { byId, setText } from './dom.js';
import { clockTime, plural } from './format.js';

/** Not more than one announcement in this time: several alerts at once are told in one sentence. */
const announceMs = 1500;

export class Attention {
  #sound;
  #waiting = [];
  #timer = null;
  #lastCount = 0;
  #announcedAt = -Infinity;

  constructor(sound) {
    this.#sound = sound;
  }

  showCount(critical) {
    if (critical === this.#lastCount) return;
    this.#lastCount = critical;
    document.title = critical > 0 ? `(${critical}) SpeechQA` : 'SpeechQA';
    byId('icon').href = critical > 0 ? countIcon(critical) : 'icons/calm.svg';
  }

  /** Fresh critical alerts. */
  announce(alerts) {
    if (alerts.length === 0) return;
    this.#sound.play();
    this.#waiting.push(...alerts);
    // The first one at once, those that follow closely together.
    const wait = Math.max(0, this.#announcedAt + announceMs - performance.now());
    this.#timer ??= setTimeout(() => this.#tell(), wait);
  }

  #tell() {
    this.#timer = null;
    this.#announcedAt = performance.now();
    const [{ alert, agent }, ...others] = this.#waiting.splice(0).reverse();
    const more = others.length > 0 ? `, and ${plural(others.length, 'more critical alert')}` : '';
    setText(byId('announce'), `Critical alert: ${alert.name}, ${alert.summary}, agent ${agent ?? 'unknown'}, at ${clockTime(alert.start)}${more}`);
  }
}

function countIcon(count) {
  const label = count > 9 ? '9+' : String(count);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#c00b1e"/>`
    + `<text x="16" y="23" font-family="sans-serif" font-size="${count > 9 ? 17 : 21}" font-weight="bold" text-anchor="middle" fill="#fff">${label}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
