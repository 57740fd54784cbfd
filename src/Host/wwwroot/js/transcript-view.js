// The transcript of the chosen call: lines by leg, finals in place of partials, the words of alerts marked. The scroll
// sticks to the end only if it was there.

import { byId, element, fromTemplate, icon, setText } from './dom.js';
import { markedRanges, touches } from './evidence.js';
import { clockTime, legName } from './format.js';
import { KeyedList } from './keyed-list.js';
import { orderedLines } from './transcript-state.js';

/** Lines in the document; an hour of lively talk has about a thousand. */
const cap = 1500;

const none = [];

export class TranscriptView {
  #box = byId('transcript');
  #list = new KeyedList(byId('lines'), { cap, create: createLine, update: updateLine });
  #shown = null;
  #reveal = null;

  constructor() {
    const toEnd = byId('to-end');
    toEnd.addEventListener('click', () => { this.#box.scrollTop = this.#box.scrollHeight; });
    this.#box.addEventListener('scroll', () => { if (this.#atEnd()) toEnd.hidden = true; });
  }

  /** Shows the evidence of this alert as soon as its text is there. */
  reveal(key) {
    this.#reveal = key;
  }

  render(state) {
    const { transcript, alerts, selection, calls } = state;
    if (transcript === null) return;
    const parties = calls.get(transcript.call)?.parties ?? none;
    const inputs = [transcript, alerts, selection.alert, parties];
    if (this.#shown?.every((value, index) => value === inputs[index])) return this.#revealIfDue(state);
    const another = this.#shown?.[0].call !== transcript.call;
    this.#shown = inputs;
    const stick = another || this.#atEnd();
    const before = this.#list.size;
    const ofCall = [...alerts.values()].filter((alert) => alert.call === transcript.call && !alert.withdrawn);
    const selected = alerts.get(selection.alert) ?? null;
    const lines = [...orderedLines(transcript), ...markers(ofCall)].sort((a, b) => a.start - b.start).slice(-cap);
    this.#list.render(lines.map((line) => [line.key, present(line, ofCall, selected, parties)]));
    byId('transcript-empty').hidden = lines.length > 0;
    setText(byId('transcript-empty'), transcript.loaded ? 'Nothing said yet.' : 'Loading.');
    if (stick) this.#box.scrollTop = this.#box.scrollHeight;
    else if (this.#list.size > before) byId('to-end').hidden = false;
    this.#revealIfDue(state);
  }

  #atEnd() {
    return this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight < 24;
  }

  #revealIfDue({ transcript, alerts }) {
    const alert = alerts.get(this.#reveal);
    if (!alert || alert.call !== transcript.call || !transcript.loaded) return;
    this.#reveal = null;
    const target = byId('lines').querySelector('[data-evident="true"]');
    target?.scrollIntoView({ block: 'center' });
    if (!this.#atEnd()) byId('to-end').hidden = false;
  }
}

/** Alerts without words (silence, talk-over, pace) have their own line at their place in the talk. */
function markers(alerts) {
  return alerts
    .filter(({ alert }) => !alert.evidence.some((evidence) => evidence.text))
    .map((alert) => ({ key: `alert:${alert.key}`, start: alert.alert.start, marker: alert }));
}

/** What the line's row depends on, as one comparable text beside the line itself. */
function present(line, alerts, selected, parties) {
  if (line.marker) return { line, ranges: [], evident: line.marker === selected };
  const near = alerts.filter(({ alert }) => alert.evidence.some((evidence) => touches(line, evidence)));
  const ranges = near.length === 0 ? [] : markedRanges(line, near);
  return { line, ranges, evident: selected !== null && near.includes(selected), who: legName(parties, line.leg) };
}

function createLine({ line }) {
  const { node, parts } = fromTemplate('line-template');
  if (line.marker) node.classList.add('marker');
  return { node, parts, line: null, signature: '' };
}

function updateLine(row, { line, ranges, evident, who }) {
  row.node.dataset.evident = String(evident);
  const signature = JSON.stringify([ranges, who]);
  if (row.line === line && row.signature === signature) return;
  row.line = line;
  row.signature = signature;
  if (line.marker) return updateMarker(row, line.marker);
  row.node.dataset.party = line.party;
  row.node.dataset.final = String(line.final);
  setText(row.parts.time, clockTime(line.start));
  setText(row.parts.party, who);
  row.parts.text.replaceChildren(...(line.final ? marked(line.text, ranges) : underWay(line, ranges)));
}

function updateMarker({ node, parts }, { alert }) {
  node.dataset.severity = alert.severity;
  setText(parts.time, clockTime(alert.start));
  parts.party.replaceChildren(icon(alert.severity));
  setText(parts.text, `${alert.severity}: ${alert.name}, ${alert.summary}`);
}

/** Words that will stay, then, told apart by their look, those that may still change. */
function underWay({ text, stable }, ranges) {
  const kept = ranges.filter(({ start }) => start < stable).map((range) => ({ ...range, end: Math.min(range.end, stable) }));
  const rest = ranges.filter(({ end }) => end > stable).map((range) => ({ ...range, start: Math.max(range.start, stable) - stable, end: range.end - stable }));
  return [...marked(text.slice(0, stable), kept), element('span', { class: 'tail' }, ...marked(text.slice(stable), rest)),
    element('span', { class: 'unseen' }, ' (still speaking)')];
}

function marked(text, ranges) {
  const nodes = [];
  let from = 0;
  for (const { start, end, severity } of ranges) {
    nodes.push(text.slice(from, start), element('mark', { 'data-severity': severity }, text.slice(start, end)));
    from = end;
  }
  return [...nodes, text.slice(from)];
}
