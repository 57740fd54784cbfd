// The few DOM operations all views share. Text goes in as text only.

export const byId = (id) => document.getElementById(id);

/** An element with attributes and children; strings become text nodes, null is left out. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** A copy of a template's element with its data-part nodes by name. */
export function fromTemplate(id) {
  const node = byId(id).content.firstElementChild.cloneNode(true);
  const parts = Object.fromEntries([...node.querySelectorAll('[data-part]')].map((part) => [part.dataset.part, part]));
  return { node, parts };
}

/** Sets text only when it differs: an untouched node costs no layout. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setIcon(node, name) {
  const use = node.querySelector('use');
  const href = `#icon-${name}`;
  if (use.getAttribute('href') !== href) use.setAttribute('href', href);
}

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** A setting of this browser; a browser that forbids storage just forgets it. */
export function recall(name, fallback) {
  try {
    return localStorage.getItem(name) ?? fallback;
  } catch {
    return fallback;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Private mode or blocked storage: the setting lasts until the page is closed.
  }
}
