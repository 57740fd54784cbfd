// A list whose rows live as long as their keys: rows are made once, updated in place and moved only when the order
// changed, so focus, selection and running animations survive. At most `cap` rows are in the document.

export class KeyedList {
  #parent;
  #create;
  #update;
  #cap;
  #rows = new Map();

  /**
   * @param {HTMLElement} parent
   * @param {{ create: (item) => { node: HTMLElement }, update: (row, item) => void, cap: number }} options
   */
  constructor(parent, { create, update, cap }) {
    this.#parent = parent;
    this.#create = create;
    this.#update = update;
    this.#cap = cap;
  }

  get keys() {
    return [...this.#rows.keys()];
  }

  get size() {
    return this.#rows.size;
  }

  row(key) {
    return this.#rows.get(key) ?? null;
  }

  /** Shows [key, item] pairs in this order. Returns how many found no room. */
  render(pairs) {
    const shown = pairs.slice(0, this.#cap);
    const focused = document.activeElement;
    this.#removeAllBut(new Set(shown.map(([key]) => key)));
    const rows = new Map();
    let cursor = this.#parent.firstElementChild;
    for (const [key, item] of shown) {
      const row = this.#rows.get(key) ?? this.#create(item);
      rows.set(key, row);
      this.#update(row, item);
      if (row.node === cursor) cursor = cursor.nextElementSibling;
      else place(this.#parent, row.node, cursor);
    }
    this.#rows = rows;
    if (focused !== document.activeElement && this.#parent.contains(focused)) focused.focus({ preventScroll: true });
    return pairs.length - shown.length;
  }

  #removeAllBut(keys) {
    for (const [key, row] of this.#rows) {
      if (keys.has(key)) continue;
      row.node.remove();
      this.#rows.delete(key);
    }
  }
}

/** moveBefore keeps animation and focus of a row that moves; older browsers only have insertBefore. */
function place(parent, node, before) {
  if (node.isConnected && parent.moveBefore) parent.moveBefore(node, before);
  else parent.insertBefore(node, before);
}
