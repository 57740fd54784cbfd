// Follows the transcript of one call: first the hub is told to send it from now on, then the history up to now is
// fetched, so that nothing can fall between the two; what comes twice the transcript's state drops.

import { getJson } from './token.js';

const retryMs = 3000;

/** Events asked for at a time. */
const pageSize = 2000;

export class Watching {
  #connection;
  #transcript;
  #onHistory;
  #fetching = new AbortController();
  #retry = null;

  /**
   * @param {{ connection, transcript: () => object | null, onHistory: (call, events, last) => void }} options
   */
  constructor({ connection, transcript, onHistory }) {
    this.#connection = connection;
    this.#transcript = transcript;
    this.#onHistory = onHistory;
  }

  /** Another call is shown (null: none). */
  async change(call) {
    await this.#connection.watch(call);
    if (this.#transcript()?.call === call && this.#connection.isUp) await this.catchUp();
  }

  /** Fetches what is missing of the call shown: after a change, and after every return of the connection. */
  async catchUp() {
    this.#fetching.abort();
    clearTimeout(this.#retry);
    const transcript = this.#transcript();
    if (transcript === null) return;
    const { call } = transcript;
    const fetching = new AbortController();
    this.#fetching = fetching;
    try {
      for (let { last } = transcript, more = true; more;) {
        const page = await getJson(`api/calls/${encodeURIComponent(call)}/events?after=${last}&limit=${pageSize}`, fetching.signal);
        this.#onHistory(call, page.events, page.last);
        ({ last, more = false } = page);
      }
    } catch {
      if (!fetching.signal.aborted) this.#retry = setTimeout(() => this.catchUp(), retryMs);
    }
  }
}
