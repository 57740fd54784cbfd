// The empty page teaches: how to send a call to this very server, ready to copy.

import { byId, setText } from './dom.js';

export function setUpWelcome() {
  const to = location.origin;
  setText(byId('send-sample'), `dotnet run -c Release --project src/Host -- send samples/audio/en-01-telecom-cancel.wav --to ${to}`);
  setText(byId('send-own'), `speechqa send PATH --to ${to}`);
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.addEventListener('click', () => copy(byId(button.dataset.copy), button));
  }
}

async function copy(source, button) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    setText(button, 'copied');
    setTimeout(() => setText(button, 'copy'), 2000);
  } catch {
    // No clipboard on this address (it needs HTTPS or loopback): select it, the keyboard can copy.
    getSelection().selectAllChildren(source);
  }
}
