// Is somebody pointing at a list, with the pointer or with the keyboard? While so its order stays as it is.
// Focus left behind by a mouse click does not count, or the order would stand still all day.

export class Pointing {
  #node;
  #pointer = false;

  constructor(node, onLeave) {
    this.#node = node;
    node.addEventListener('pointerenter', () => { this.#pointer = true; });
    node.addEventListener('pointerleave', () => { this.#pointer = false; onLeave(); });
    node.addEventListener('focusout', onLeave);
  }

  get active() {
    return this.#pointer || this.#node.querySelector(':focus-visible') !== null;
  }
}
