// The list of alerts: cards, newest first, those that were handled below. An alert is told by icon, word and colour.

import { byId, fromTemplate, setIcon, setText } from './dom.js';
import { age, clockTime, joined, plural } from './format.js';
import { KeyedList } from './keyed-list.js';
import { keepOrder, matches, sortAlerts } from './order.js';
import { Pointing } from './pointing.js';
import { isOpen } from './state.js';

const cap = 300;

/** A click this soon after the cards moved was meant for the card that was there before. */
const settleMs = 350;

const flashMs = 3000;

export class AlertsView {
  #list;
  #pointing;
  #shown = null;
  #movedAt = -Infinity;

  /**
   * @param {{ onOpen: (alert) => void, onState: (alert, state) => void, onLeave: () => void }} actions
   */
  constructor(actions) {
    const parent = byId('alerts');
    this.#pointing = new Pointing(parent, actions.onLeave);
    this.#list = new KeyedList(parent, { cap, create: (alert) => createCard(alert), update: updateCard });
    parent.addEventListener('click', (e) => this.#clicked(e, actions));
  }

  render(state) {
    const { alerts, filter, selection, calls } = state;
    const held = this.#pointing.active;
    if (!this.#changed(alerts, filter, calls, held)) return this.#select(selection.alert);
    const all = [...alerts.values()];
    const sorted = sortAlerts(all.filter((alert) => matches(filter, calls.get(alert.call) ?? { ...alert, id: alert.call })));
    const ordered = held ? keepOrder(this.#list.keys, sorted, (alert) => alert.key, true) : sorted;
    const first = this.#list.keys[0];
    const left = this.#list.render(ordered.map((alert) => [alert.key, alert]));
    if (first !== undefined && first !== this.#list.keys[0]) this.#movedAt = performance.now();
    byId('alerts-empty').hidden = sorted.length > 0;
    setText(byId('alerts-hint'), hint(all, sorted, left));
    this.#select(selection.alert);
  }

  /** Once a second: how long ago each was raised. */
  tick(now) {
    for (const key of this.#list.keys) {
      const { parts, item } = this.#list.row(key);
      setText(parts.age, age((now - item.raisedAt) / 1000));
    }
  }

  /** The alert one up (-1) or down (+1) from the selected one, as shown. */
  neighbour(key, step) {
    const { keys } = this.#list;
    const at = keys.indexOf(key);
    return keys[at < 0 ? 0 : Math.min(keys.length - 1, Math.max(0, at + step))] ?? null;
  }

  focus(key) {
    const node = this.#list.row(key)?.node;
    node?.focus({ preventScroll: true });
    node?.scrollIntoView({ block: 'nearest' });
  }

  #changed(...inputs) {
    const same = this.#shown?.every((value, index) => value === inputs[index]) ?? false;
    this.#shown = inputs;
    return !same;
  }

  #select(selected) {
    const { keys } = this.#list;
    const focused = document.activeElement?.closest('.card')?.dataset.key;
    const stop = [focused, selected].find((key) => keys.includes(key)) ?? keys[0];
    for (const key of keys) {
      const { node, buttons } = this.#list.row(key);
      const current = String(key === selected);
      if (node.getAttribute('aria-current') !== current) node.setAttribute('aria-current', current);
      // One stop for the Tab key in the whole list: the card at hand and its buttons.
      const tabIndex = key === stop ? 0 : -1;
      if (node.tabIndex !== tabIndex) for (const each of [node, ...Object.values(buttons)]) each.tabIndex = tabIndex;
    }
  }

  #clicked(e, { onOpen, onState }) {
    const card = e.target.closest('.card');
    if (card === null) return;
    const alert = this.#list.row(card.dataset.key).item;
    const action = e.target.closest('[data-action]')?.dataset.action ?? 'open';
    const byPointer = e.detail > 0;
    if (byPointer && performance.now() - this.#movedAt < settleMs) return;
    if (action === 'open') onOpen(alert);
    else onState(alert, action === 'reopen' ? 'open' : action);
  }
}

function hint(all, sorted, left) {
  const hidden = all.length - sorted.length;
  const open = all.filter(isOpen).length - sorted.filter(isOpen).length;
  return joined(
    hidden > 0 ? `${plural(open, 'open alert')} hidden by the filter` : 'newest first',
    left > 0 ? `${left} older not shown` : null);
}

function createCard(alert) {
  const { node, parts } = fromTemplate('alert-template');
  node.dataset.key = alert.key;
  const buttons = Object.fromEntries([...node.querySelectorAll('[data-action]')].map((b) => [b.dataset.action, b]));
  if (Date.now() - alert.freshAt < flashMs) flash(node, alert);
  return { node, parts, buttons, item: null };
}

/** As long as the style sheet has it; the class goes so that a card that moves does not start again. */
export function flash(node, alert) {
  if (alert.alert.severity !== 'critical') return;
  node.classList.add('flash');
  setTimeout(() => node.classList.remove('flash'), flashMs);
}

function updateCard(row, item) {
  if (row.item === item) return;
  row.item = item;
  const { node, parts, buttons } = row;
  const { alert } = item;
  const open = isOpen(item);
  node.dataset.severity = alert.severity;
  node.dataset.state = item.withdrawn ? 'withdrawn' : item.state;
  node.dataset.pending = String(open && item.pending);
  setIcon(node, alert.severity);
  setText(parts.name, alert.name);
  const word = open ? openWord(item) : handledWord(item);
  // Cards of two lines have no room for the line with the agent.
  setText(parts.severity, open && alert.severity !== 'info' ? word : joined(word, item.agent));
  setText(parts.summary, alert.summary);
  const where = joined(item.agent, item.queue, clockTime(alert.start));
  setText(parts.meta, where);
  setText(parts.age, age((Date.now() - item.raisedAt) / 1000));
  buttons.acknowledged.hidden = !open;
  buttons.wrong.hidden = !open;
  buttons.reopen.hidden = open || item.withdrawn;
  node.setAttribute('aria-label',
    `${word} alert: ${alert.name}, ${alert.summary}, ${where}`);
}

function openWord({ alert, pending }) {
  return pending ? `${alert.severity}, unconfirmed` : alert.severity;
}

function handledWord(item) {
  if (item.withdrawn) return 'withdrawn';
  return item.by ? `${item.state} by ${item.by}` : item.state;
}
