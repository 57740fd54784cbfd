// The optional sound for critical alerts: two short tones, made here, off until somebody switches it on.

import { byId, recall, remember, setText } from './dom.js';

const name = 'speechqa.sound';

/** At most one sound in this time. */
const pauseMs = 2000;

export class Sound {
  #on = recall(name, 'off') === 'on';
  #context = null;
  #playedAt = -Infinity;

  constructor() {
    byId('sound').addEventListener('click', () => this.toggle());
    this.#show();
  }

  toggle() {
    this.#on = !this.#on;
    remember(name, this.#on ? 'on' : 'off');
    this.#show();
    this.#playedAt = -Infinity;
    this.play();
  }

  play() {
    if (!this.#on || performance.now() - this.#playedAt < pauseMs) return;
    this.#playedAt = performance.now();
    this.#context ??= new AudioContext();
    this.#context.resume(); // Browsers hold it until the first click or key on the page.
    const from = this.#context.currentTime + 0.02;
    this.#tone(880, from);
    this.#tone(660, from + 0.16);
  }

  #tone(hertz, from) {
    const tone = new OscillatorNode(this.#context, { frequency: hertz });
    const level = new GainNode(this.#context, { gain: 0 });
    level.gain.linearRampToValueAtTime(0.2, from + 0.01);
    level.gain.setValueAtTime(0.2, from + 0.1);
    level.gain.linearRampToValueAtTime(0, from + 0.15);
    tone.connect(level).connect(this.#context.destination);
    tone.start(from);
    tone.stop(from + 0.16);
  }

  #show() {
    byId('sound').setAttribute('aria-pressed', String(this.#on));
    setText(byId('sound'), this.#on ? 'sound on' : 'sound off');
  }
}
