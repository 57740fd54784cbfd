// Draws at most once per animation frame, however many messages came. A hidden tab has no frames: there twice a second,
// so that the title and the icon still count.

export class Frames {
  #draw;
  #cancel = null;

  constructor(draw) {
    this.#draw = draw;
    document.addEventListener('visibilitychange', () => {
      if (this.#cancel === null) return;
      this.#cancel();
      this.#cancel = null;
      this.request();
    });
  }

  request() {
    if (this.#cancel !== null) return;
    const run = () => {
      this.#cancel = null;
      this.#draw();
    };
    if (document.hidden) {
      const timer = setTimeout(run, 500);
      this.#cancel = () => clearTimeout(timer);
    } else {
      const frame = requestAnimationFrame(run);
      this.#cancel = () => cancelAnimationFrame(frame);
    }
  }
}
