// The connection to the hub: starts it, follows the feed from the last sequence number seen, and starts again with a
// growing pause whenever it is lost. It owns no state of the page; it tells what happens.

/* global signalR */

const pausesMs = [500, 1000, 2000, 4000, 8000];

/** The server pulses every 5 s; a connection that is silent for longer than this is dead. */
const silenceMs = 12000;

export class LiveConnection {
  #hub = null;
  #watched = null;
  #options;

  /**
   * @param {{
   *   lastSequence: () => number | null,  where to resume
   *   serverStarted: () => string | null, of which run of the server that is
   *   onMessage: (message) => void,       every message of the stream
   *   onDown: () => void,                 lost, or not reached
   *   token: { current: () => string | null, ask: () => Promise<void> },
   * }} options
   */
  constructor(options) {
    this.#options = options;
  }

  get isUp() {
    return this.#hub !== null;
  }

  /** Never ends. */
  async run() {
    for (let failures = 0; ; failures++) {
      try {
        await this.#session(() => { failures = 0; });
      } catch (error) {
        if (isUnauthorised(error)) {
          await this.#options.token.ask();
          continue;
        }
      }
      this.#options.onDown();
      await pause(failures);
    }
  }

  /** From now on the feed carries this call's transcript (null: of no call). */
  async watch(call) {
    this.#watched = call;
    await this.#hub?.invoke('Watch', call).catch(() => {}); // Lost meanwhile: the next session watches again.
  }

  async setAlertState(call, alert, state) {
    if (this.#hub === null) throw new Error('not connected');
    await this.#hub.invoke('SetAlertState', call, alert, state);
  }

  async #session(reset) {
    const { token, lastSequence, serverStarted, onMessage } = this.#options;
    const hub = new signalR.HubConnectionBuilder()
      .withUrl('live', { accessTokenFactory: () => token.current() ?? '' })
      .configureLogging(signalR.LogLevel.None)
      .build();
    hub.serverTimeoutInMilliseconds = silenceMs;
    try {
      await hub.start();
      const closed = new Promise((resolve) => hub.onclose(resolve));
      this.#hub = hub;
      // Before the feed, so that what is caught up has the transcript in it.
      if (this.#watched !== null) await hub.invoke('Watch', this.#watched);
      const ended = new Promise((resolve) => {
        hub.stream('Follow', lastSequence(), serverStarted()).subscribe({ next: onMessage, error: resolve, complete: resolve });
      });
      reset();
      await Promise.race([closed, ended]);
    } finally {
      this.#hub = null;
      await hub.stop();
    }
  }
}

function isUnauthorised(error) {
  return error?.statusCode === 401 || /\b401\b/.test(String(error?.message));
}

/** A growing pause with some chance in it, so that many pages do not return at once; the network's return cuts it short. */
function pause(failures) {
  const ms = pausesMs[Math.min(failures, pausesMs.length - 1)] * (0.75 + Math.random() / 2);
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    window.addEventListener('online', done, { once: true });
    function done() {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      resolve();
    }
  });
}
