// Why this alert: the rule and its version, the evidence (words, values against limits, how it matched), the line, and
// how long each stage took from the last packet of the evidence to here.

import { byId, element, icon } from './dom.js';
import { clockTime, figure, legName } from './format.js';

const stages = [['voiced', 'voicedMs'], ['queued', 'queuedMs'], ['inferred', 'inferredMs'], ['matched', 'matchedMs'], ['published', 'publishedMs']];

export class WhyView {
  #shown = null;

  render(state) {
    const item = state.alerts.get(state.selection.alert) ?? null;
    const call = state.calls.get(item?.call) ?? null;
    const lines = call?.lines ?? null;
    if (this.#shown?.item === item && this.#shown.lines === lines) return;
    this.#shown = { item, lines };
    const box = byId('why');
    box.hidden = item === null;
    if (item === null) return;
    const { alert } = item;
    box.dataset.severity = alert.severity;
    box.replaceChildren(
      element('h3', { id: 'why-title' }, icon(alert.severity), ` Why this alert: ${alert.name}`),
      element('ul', { class: 'evidence' }, ...alert.evidence.map((evidence) => evidenceLine(evidence, call?.parties ?? []))),
      element('dl', { class: 'why-facts' },
        ...row('rule', element('code', {}, alert.rule), ` version ${alert.version}, ${alert.severity}`),
        ...stateRow(item),
        ...row('line', lineWords(call)),
        ...clockRow(item.clock)));
  }
}

/** Only for alerts that came before the final text. */
function stateRow({ pending, confirmed, withdrawn, reason }) {
  if (pending) return row('state', 'not yet confirmed: raised while the sentence was being spoken');
  if (withdrawn) return row('state', `withdrawn: ${reason ?? 'the final text does not hold it'}`);
  return confirmed ? row('state', 'confirmed by the final text') : [];
}

function row(label, ...content) {
  return [element('div', {}, element('dt', {}, label), element('dd', {}, ...content))];
}

function evidenceLine(evidence, parties) {
  const span = evidence.end - evidence.start >= 1 ? `${clockTime(evidence.start)}–${clockTime(evidence.end)}` : clockTime(evidence.start);
  return element('li', {},
    element('span', { class: 'evidence-when' }, `${span} ${(evidence.leg ?? null) === null ? '' : legName(parties, evidence.leg)}`),
    element('span', {},
      evidence.text ? element('q', {}, evidence.text) : element('span', {}, kindWords[evidence.kind] ?? evidence.kind),
      evidence.value === null || evidence.value === undefined ? null : element('b', {}, ` ${values(evidence)}`),
      element('span', { class: 'how' }, how(evidence))));
}

const kindWords = { notSaid: 'not said', talkOver: 'both spoke', silence: 'silence', pace: 'pace', inflection: 'anger in the voice', raisedVoice: 'raised voice' };

function values({ value, limit, unit }) {
  const measured = `${figure(value)} ${unit ?? ''}`.trim();
  return limit === null || limit === undefined ? measured : `${measured} (limit ${figure(limit)}${unit ? ` ${unit}` : ''})`;
}

function how({ how: way, pattern, confidence }) {
  const sure = typeof confidence === 'number' ? `, ${Math.round(confidence * 100)} % sure` : '';
  return ` ${way}${pattern ? `, pattern “${pattern}”` : ''}${sure}`;
}

function lineWords(call) {
  const lines = Object.entries(call?.lines ?? {});
  if (lines.length === 0) return call?.line ?? 'not known';
  return lines.map(([leg, line]) => {
    const facts = [
      typeof line.lossPercent === 'number' ? `loss ${figure(line.lossPercent)} %` : null,
      typeof line.jitterMs === 'number' ? `jitter ${figure(line.jitterMs)} ms` : null,
      line.droppedSeconds > 0 ? `${figure(line.droppedSeconds)} s dropped` : null,
    ].filter(Boolean).join(', ');
    return `${legName(call.parties, Number(leg))} ${line.rating}${facts ? ` (${facts})` : ''}`;
  }).join('; ');
}

/** Every stage is told in milliseconds after the capture; what an alert did not pass through is left out. */
function clockRow(clock) {
  if (!clock) return [];
  const passed = stages.filter(([, field]) => typeof clock[field] === 'number');
  if (passed.length === 0) return [];
  const total = clock[passed.at(-1)[1]];
  const steps = passed.map(([name, field]) => element('li', {}, `${name} ${Math.round(clock[field])} ms`));
  return row('clock', element('b', {}, `captured → ${passed.at(-1)[0]} ${(total / 1000).toFixed(2)} s`),
    element('ol', { class: 'stages' }, element('li', {}, 'captured'), ...steps));
}
