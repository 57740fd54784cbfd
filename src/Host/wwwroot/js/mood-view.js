// How the customers of the chosen call speak, each leg a line of its own: the score of the model over the call, or without a model how much higher
// than usual the voice is. The dashed line is the middle of this caller's calm speech.

import { byId } from './dom.js';
import { shape } from './svg.js';

const width = 600;
const height = 40;

/** A longer pause breaks the line: nothing was said in between. Seconds. */
const pause = 3;

export class MoodView {
  #mood = null;

  render(state) {
    const mood = state.transcript?.mood ?? null;
    if (mood === this.#mood) return;
    this.#mood = mood;
    const curves = mood === null ? [] : curvesOf(mood).filter((points) => points.length > 1);
    byId('mood').hidden = curves.length === 0;
    if (curves.length === 0) return;
    byId('mood-svg').replaceChildren(
      ...curves.flatMap((points) => [
        shape('line', { class: 'mood-base', x1: 0, x2: width, y1: base(points), y2: base(points) }),
        shape('path', { class: 'mood-line', d: path(points) }),
        ...points.filter((p) => p.state === 'watch' || p.state === 'alert')
          .map((p) => shape('circle', { class: 'mood-mark', 'data-state': p.state, cx: p.x, cy: p.y, r: 3 }))]));
  }
}

/** The points of each leg that is not the agent's, with their place in the drawing, by time. */
export function curvesOf(mood) {
  const heard = mood.filter(({ party, inflection }) => party !== 'agent' && valueOf(inflection) !== null).sort((a, b) => a.time - b.time);
  const end = Math.max(60, heard.at(-1)?.time ?? 0);
  const legs = [...new Set(heard.map(({ leg }) => leg))].sort();
  return legs.map((of) => heard.filter(({ leg }) => leg === of).map(({ time, inflection }) => ({
    time, state: inflection.state, x: round(time / end * width), y: round((1 - valueOf(inflection)) * height),
  })));
}

/** 0..1, or null where nothing is known. An octave above the caller's usual pitch is the top. */
function valueOf({ score, semitones }) {
  if (score !== null) return score;
  return semitones === null ? null : Math.min(1, Math.max(0, semitones / 12));
}

function base(points) {
  const calm = points.filter((p) => p.state === 'calm').map((p) => p.y).sort((a, b) => a - b);
  return calm.length === 0 ? height : calm[Math.floor(calm.length / 2)];
}

function path(points) {
  return points.map((p, i) => `${i === 0 || p.time - points[i - 1].time > pause ? 'M' : 'L'}${p.x} ${p.y}`).join('');
}

function round(value) {
  return Math.round(value * 10) / 10;
}
