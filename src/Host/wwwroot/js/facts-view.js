// What a call that has ended was like: who talked how much, how the words sounded in each quarter, and what was said of
// the things a supervisor asks for, with the words it rests on. Drawn once, when call.scored comes.

import { byId, element } from './dom.js';
import { clockTime, figure, joined, legName, plural } from './format.js';
import { drawing } from './svg.js';

const answers = [
  ['problemResolved', 'problem solved', 'nothing said'], ['greeting', 'greeting'], ['recordingNotice', 'recording notice'],
  ['furtherHelp', 'further help'], ['empathy', 'empathy'], ['callbackPromised', 'call back promised'],
];

export class FactsView {
  #facts = null;

  render(state) {
    const facts = state.transcript?.facts ?? null;
    if (facts === this.#facts) return;
    this.#facts = facts;
    byId('facts').hidden = facts === null;
    if (facts === null) return;
    const parties = partiesOf(facts);
    byId('facts').replaceChildren(...talk(facts, parties), ...facts.parties.flatMap((p) => sentiment(p, parties)), ...stretches(facts),
      row('said', element('ul', { class: 'answers' }, ...answers.map(([name, label, unknown]) => answer(label, facts[name], parties, unknown)))));
  }
}

/** The party of each leg. */
function partiesOf(facts) {
  return [...facts.parties].sort((a, b) => a.leg - b.leg).map(({ party }) => party);
}

function talk(facts, parties) {
  const spoke = facts.parties.filter(({ talkShare }) => talkShare !== null);
  if (spoke.length === 0) return [row('talk', 'nobody spoke')];
  const words = spoke.map((p) => joined(`${legName(parties, p.leg)} ${Math.round(p.talkShare * 100)} %`,
    p.wordsPerMinute === null ? null : `${Math.round(p.wordsPerMinute)} words/min`, p.interruptions > 0 ? `cut in ${plural(p.interruptions, 'time')}` : null)).join(', ');
  return [row('talk', shares(spoke, parties), element('span', {}, words))];
}

function shares(spoke, parties) {
  let from = 0;
  return drawing({ class: 'facts-bar', viewBox: '0 0 100 10', preserveAspectRatio: 'none' }, spoke.map(({ party, leg, talkShare }) => {
    const bar = ['rect', { x: from, y: 0, width: talkShare * 100, height: 10, 'data-party': party, 'data-second': String(parties.indexOf(party) < leg) }];
    from += talkShare * 100;
    return bar;
  }));
}

function sentiment({ leg, sentiment: words }, parties) {
  if (words === null) return [];
  const quarters = words.quarters.map((value) => (value === null ? '–' : signed(value))).join(' ');
  return [row(`${legName(parties, leg)}'s words`, bars(words.quarters),
    element('span', { title: 'from -1 (negative) to +1 (positive), of the words alone' }, `by quarter ${quarters}, at the end ${signed(words.end)}`))];
}

/** A bar for each quarter, up for positive and down for negative words. */
function bars(quarters) {
  return drawing({ class: 'facts-bar', viewBox: '0 -1 4 2', preserveAspectRatio: 'none' }, [
    ['line', { x1: 0, x2: 4, y1: 0, y2: 0, class: 'facts-middle' }],
    ...quarters.map((value, index) => ['rect', {
      x: index + 0.1, width: 0.8, y: Math.min(0, -(value ?? 0)), height: Math.abs(value ?? 0), 'data-sign': (value ?? 0) < 0 ? 'negative' : 'positive',
    }]),
  ]);
}

function stretches({ silence, hold, overlapSeconds }) {
  const waits = hold.stretches.map((h) => `${clockTime(h.start)}–${clockTime(h.end)} ${h.sound}${h.evidence === null ? '' : ` “${h.evidence.text}”`}`).join('\n');
  return [row('silence', element('span', { title: waits || null }, joined(`${figure(silence.seconds)} s`,
    hold.count === 0 ? 'no hold' : `${figure(hold.seconds)} s of it hold`, overlapSeconds > 0 ? `both spoke ${figure(overlapSeconds)} s` : null)))];
}

function answer(label, { value, evidence }, parties, unknown = 'not known') {
  const words = evidence.map((e) => `${clockTime(e.start)} ${legName(parties, e.leg)} “${e.text}”${e.how === 'meaning' ? ' (by meaning)' : ''}`);
  const said = value === null ? unknown : value ? 'yes' : 'no';
  return element('li', { 'data-value': String(value), title: words.join('\n') || null }, `${label} `, element('b', {}, said),
    words.length === 0 ? null : element('span', { class: 'unseen' }, ` ${words[0]}`));
}

function row(label, ...content) {
  return element('div', { class: 'facts-row' }, element('span', { class: 'facts-label' }, label), ...content);
}

function signed(value) {
  const text = Math.abs(value).toFixed(1);
  return text === '0.0' ? text : `${value < 0 ? '−' : '+'}${text}`;
}
