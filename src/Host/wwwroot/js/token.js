// The API token, where the server wants one: asked for in a dialog, kept in this tab's sessionStorage, sent with the hub
// and with every request. Also the one place that fetches from the API.

import { byId, setText } from './dom.js';

const name = 'speechqa.token';
let memory = null; // Where sessionStorage is forbidden.

function current() {
  try {
    return sessionStorage.getItem(name) ?? memory;
  } catch {
    return memory;
  }
}

function keep(value) {
  memory = value;
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // Kept in memory only.
  }
}

/** Asks once however many wait for it. */
let asking = null;

function ask() {
  asking ??= new Promise((resolve) => {
    const dialog = byId('token-dialog');
    const field = byId('token');
    if (current() !== null) setText(byId('token-reason'), 'The server refused this token. Please try another.');
    field.value = '';
    dialog.oncancel = (e) => e.preventDefault(); // There is nothing to see without it.
    dialog.addEventListener('close', () => {
      keep(field.value.trim());
      field.value = '';
      asking = null;
      resolve();
    }, { once: true });
    dialog.showModal();
    field.focus();
  });
  return asking;
}

export const token = { current, ask };

/** GET of a JSON document of the API. */
export async function getJson(path, signal) {
  const bearer = current();
  const response = await fetch(path, { signal, headers: bearer ? { Authorization: `Bearer ${bearer}` } : {} });
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return response.json();
}
