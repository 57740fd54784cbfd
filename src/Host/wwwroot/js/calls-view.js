// The list of calls, worst first. Ended calls stay a while and then fold away below.

import { byId, fromTemplate, setIcon, setText } from './dom.js';
import { flash } from './alerts-view.js';
import { clockTime, plural, shortId } from './format.js';
import { KeyedList } from './keyed-list.js';
import { compareCalls, isFolded, keepOrder, matches } from './order.js';
import { Pointing } from './pointing.js';
import { callSeconds } from './state.js';

const cap = 500;

export class CallsView {
  #live;
  #folded;
  #pointing;
  #shown = null;

  /** @param {{ onOpen: (id) => void, onLeave: () => void }} actions */
  constructor({ onOpen, onLeave }) {
    const rows = { create: createRow, update: updateRow };
    this.#live = new KeyedList(byId('calls'), { ...rows, cap });
    this.#folded = new KeyedList(byId('ended-calls'), { ...rows, cap: 100 });
    this.#pointing = new Pointing(byId('calls-scroll'), onLeave);
    byId('calls-scroll').addEventListener('click', (e) => {
      const row = e.target.closest('.row');
      if (row !== null) onOpen(row.dataset.call);
    });
    byId('ended').addEventListener('toggle', onLeave);
  }

  render(state, now) {
    const { calls, filter, selection } = state;
    const held = this.#pointing.active;
    // Folding goes by the clock: looked at every few seconds even when nothing else changed.
    const inputs = [calls, filter, held, Math.floor(now / 5000), byId('ended').open];
    if (!(this.#shown?.every((value, index) => value === inputs[index]) ?? false)) {
      this.#shown = inputs;
      this.#renderRows([...calls.values()], filter, held, now);
    }
    this.#select(selection.call);
  }

  tick(now) {
    for (const list of [this.#live, this.#folded]) {
      for (const key of list.keys) {
        const { parts, item } = list.row(key);
        setText(parts.time, clockTime(callSeconds(item, now)));
      }
    }
  }

  /** A critical alert of this call has come. */
  flash(id, alert) {
    const row = this.#live.row(id);
    if (row !== null) flash(row.node.firstElementChild, alert);
  }

  neighbour(id, step) {
    const { keys } = this.#live;
    const at = keys.indexOf(id);
    return keys[at < 0 ? 0 : Math.min(keys.length - 1, Math.max(0, at + step))] ?? null;
  }

  focus(id) {
    const button = this.#live.row(id)?.node.firstElementChild;
    button?.focus({ preventScroll: true, focusVisible: true });
    button?.scrollIntoView({ block: 'nearest' });
  }

  #renderRows(all, filter, held, now) {
    const found = all.filter((call) => matches(filter, call)).sort(compareCalls);
    const here = found.filter((call) => !isFolded(call, now));
    const folded = found.filter((call) => isFolded(call, now)).sort((a, b) => b.endedAt - a.endedAt);
    const ordered = held ? keepOrder(this.#live.keys, here, (call) => call.id, false) : here;
    const left = this.#live.render(ordered.map((call) => [call.id, call]));
    this.#folded.render(byId('ended').open ? folded.map((call) => [call.id, call]) : []);
    byId('ended').hidden = folded.length === 0;
    setText(byId('ended-title'), plural(folded.length, 'ended call'));
    byId('calls-empty').hidden = found.length > 0;
    const hidden = all.length - found.length;
    setText(byId('calls-hint'), hidden > 0 ? `${found.length} of ${all.length}, filtered` : left > 0 ? `${left} not shown` : 'worst first');
  }

  #select(selected) {
    for (const list of [this.#live, this.#folded]) {
      const { keys } = list;
      const stop = keys.includes(selected) ? selected : keys[0];
      for (const key of keys) {
        const button = list.row(key).node.firstElementChild;
        const current = String(key === selected);
        if (button.getAttribute('aria-current') !== current) button.setAttribute('aria-current', current);
        button.tabIndex = key === stop ? 0 : -1;
      }
    }
  }
}

function createRow(call) {
  const { node, parts } = fromTemplate('call-template');
  node.firstElementChild.dataset.call = call.id;
  return { node, parts, item: null };
}

function updateRow(row, call) {
  if (row.item === call) return;
  row.item = call;
  const { node, parts } = row;
  const button = node.firstElementChild;
  const level = call.criticalOpen > 0 ? 'critical' : call.warningOpen > 0 ? 'warning' : call.state === 'ended' ? 'ended' : 'quiet';
  button.dataset.level = level;
  button.dataset.state = call.state;
  button.title = call.externalId ? `${call.id} (${call.externalId})` : call.id;
  setIcon(node, level);
  setText(parts.id, shortId(call.id));
  setText(parts.agent, call.agent ?? '');
  setText(parts.queue, call.queue ?? '');
  setText(parts.counts, counts(call));
  setText(parts.time, clockTime(callSeconds(call, Date.now())));
}

function counts(call) {
  if (call.criticalOpen > 0) return `${call.criticalOpen} critical`;
  if (call.warningOpen > 0) return plural(call.warningOpen, 'warning');
  return call.state === 'ended' ? 'ended' : '';
}
