// The keyboard. Letter keys can be switched off in the dialog of keys (WCAG 2.1.4) and never act while somebody types.

import { byId, recall, remember } from './dom.js';

const name = 'speechqa.letters';

/**
 * @param {{ up, down, enter, acknowledge, wrong, reopen, calls, transcript, sound, escape: () => void }} actions
 */
export function bindKeys(actions) {
  const letters = byId('letters');
  const dialog = byId('keys-dialog');
  const filter = byId('filter');
  letters.checked = recall(name, 'on') === 'on';
  letters.addEventListener('change', () => remember(name, letters.checked ? 'on' : 'off'));
  byId('keys').addEventListener('click', () => dialog.showModal());

  const named = { ArrowUp: actions.up, ArrowDown: actions.down, Enter: actions.enter, Escape: actions.escape };
  const lettered = {
    a: actions.acknowledge, w: actions.wrong, o: actions.reopen, c: actions.calls, t: actions.transcript, s: actions.sound,
    '/': () => filter.select(),
    '?': () => dialog.showModal(),
  };

  document.addEventListener('keydown', (e) => {
    if (e.ctrlKey || e.altKey || e.metaKey || document.querySelector('dialog[open]')) return;
    if (isTyping(e.target)) {
      if (e.key === 'Escape' && e.target === filter) leaveFilter(filter, actions);
      return;
    }
    if (ownsKey(e.target, e.key)) return;
    const action = named[e.key] ?? (letters.checked ? lettered[e.key] : undefined);
    if (action === undefined) return;
    e.preventDefault();
    action();
  });
}

function leaveFilter(filter, actions) {
  if (filter.value === '') actions.leaveFilter();
  filter.value = '';
  filter.dispatchEvent(new Event('input'));
}

function isTyping(target) {
  return target.matches('input:not([type=checkbox]), textarea, select');
}

/** Enter belongs to a button that has the focus, the arrows to the transcript that scrolls. */
function ownsKey(target, key) {
  if (key === 'Enter') return target.closest('button, summary, a') !== null;
  return key.startsWith('Arrow') && target.closest('#transcript, #why') !== null;
}
