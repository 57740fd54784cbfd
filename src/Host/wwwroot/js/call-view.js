// The chosen call: its head line. The transcript and the explanation below it have their own views.

import { byId, element, icon, setText } from './dom.js';
import { clockTime, shortId } from './format.js';
import { callSeconds } from './state.js';

export class CallView {
  #call = null;

  render(state, now) {
    const call = state.calls.get(state.selection.call) ?? null;
    byId('call').hidden = call === null;
    byId('welcome').hidden = call !== null;
    // Before the first snapshot nobody knows whether there are calls.
    setText(byId('welcome-title'), state.server === null ? 'Connecting …' : 'No call yet');
    setText(byId('call-note'), state.selection.byHand || call === null ? '' : 'following the worst call');
    if (call === this.#call) return;
    this.#call = call;
    if (call === null) return;
    setText(byId('call-title'), `Call ${shortId(call.id)}`);
    byId('call-title').title = call.id;
    byId('call-facts').replaceChildren(
      element('span', { class: 'fact', id: 'call-time' }), ...fact('queue', call.queue), ...fact('agent', call.agent), ...line(call.line),
      ...fact('id', call.externalId));
    const warnings = byId('call-warnings');
    warnings.hidden = call.warnings.length === 0;
    warnings.replaceChildren(...call.warnings.map(warning));
    this.tick(now);
  }

  tick(now) {
    if (this.#call === null) return;
    const time = clockTime(callSeconds(this.#call, now));
    setText(byId('call-time'), this.#call.state === 'live' ? time : `${time} ended`);
  }
}

function fact(label, value) {
  return value ? [element('span', { class: 'fact' }, element('i', {}, label), ` ${value}`)] : [];
}

// Sound that yields nothing: whoever waits for words of this line should know why none come.
function warning({ leg, party, cause, remedy }) {
  const whose = leg === null ? [] : [element('b', {}, party === 'unknown' ? `leg ${leg}` : party), ' '];
  return element('li', { title: remedy }, icon('warning'), ' ', ...whose, cause);
}

function line(rating) {
  return rating ? [element('span', { class: 'fact line-rating', 'data-rating': rating }, element('i', {}, 'line'), ` ${rating}`)] : [];
}
