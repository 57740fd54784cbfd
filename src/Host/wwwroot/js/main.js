// The supervisors' live page. One state, advanced by pure functions (state.js, transcript-state.js, selection.js) with
// the messages of the hub (connection.js); views draw it, at most once per animation frame (frames.js).

import { AlertsView } from './alerts-view.js';
import { Attention } from './attention.js';
import { BarView, returnNote } from './bar-view.js';
import { CallView } from './call-view.js';
import { CallsView } from './calls-view.js';
import { LiveConnection } from './connection.js';
import { byId, setText } from './dom.js';
import { FactsView } from './facts-view.js';
import { Frames } from './frames.js';
import { bindKeys } from './keys.js';
import { MoodView } from './mood-view.js';
import { chooseAlert, chooseCall, follow, letGo } from './selection.js';
import { Sound } from './sound.js';
import { initialState, isOpen, reduce } from './state.js';
import { token } from './token.js';
import { applyHistory, emptyTranscript } from './transcript-state.js';
import { TranscriptView } from './transcript-view.js';
import { Watching } from './watching.js';
import { setUpWelcome } from './welcome.js';
import { WhyView } from './why-view.js';

let state = initialState();
let link = { phase: 'connecting', since: Date.now(), note: null };
let toFlash = [];

const frames = new Frames(draw);
const sound = new Sound();
const attention = new Attention(sound);
const bar = new BarView();
const alerts = new AlertsView({ onOpen: openAlert, onState: setAlertState, onLeave: () => frames.request() });
const calls = new CallsView({ onOpen: (id) => set(chooseCall(state, id)), onLeave: () => frames.request() });
const call = new CallView();
const transcript = new TranscriptView();
const why = new WhyView();
const mood = new MoodView();
const facts = new FactsView();

const connection = new LiveConnection({
  lastSequence: () => state.sequence,
  serverStarted: () => state.server?.started ?? null,
  onMessage: receive,
  onDown: () => setLink(link.phase === 'down' ? link : { phase: 'down', since: Date.now(), note: null }),
  token,
});
const watching = new Watching({
  connection,
  transcript: () => state.transcript,
  onHistory: (id, events, last) => set({ ...state, transcript: applyHistory(state.transcript, id, events, last) }),
});

function receive(message) {
  const before = state;
  const next = reduce(state, message, Date.now());
  if (message.kind === 'snapshot' || message.kind === 'resumed') {
    const restarted = before.server !== null && next.server.started !== before.server.started;
    setLink({ phase: 'up', since: Date.now(), note: link.phase === 'down' ? returnNote(message, restarted) : null });
  }
  const critical = freshCritical(before, next);
  toFlash.push(...critical);
  attention.announce(critical);
  const watched = state.transcript?.call;
  set(follow(next));
  // The same call goes on over a new connection: fetch what it said meanwhile. (Another one is fetched when it is shown.)
  if (link.phase === 'up' && message.kind !== 'events' && message.kind !== 'pulse' && state.transcript?.call === watched) watching.catchUp();
}

/** The next state; where another call is shown with it, its transcript begins anew. */
function set(next) {
  if (next === state) return;
  state = next;
  const shown = state.selection.call;
  if ((state.transcript?.call ?? null) !== shown) {
    state = { ...state, transcript: shown === null ? null : emptyTranscript(shown) };
    watching.change(shown);
  }
  frames.request();
}

function setLink(next) {
  link = next;
  frames.request();
}

function freshCritical(before, next) {
  if (next.alerts === before.alerts) return [];
  return [...next.alerts.values()].filter((alert) =>
    alert.freshAt && alert.alert.severity === 'critical' && isOpen(alert) && !before.alerts.has(alert.key));
}

function draw() {
  const now = Date.now();
  const open = openAlerts();
  bar.render(state, open);
  bar.renderLink(link, now);
  attention.showCount(open.critical);
  alerts.render(state);
  calls.render(state, now);
  for (const alert of toFlash.splice(0)) calls.flash(alert.call, alert);
  call.render(state, now);
  why.render(state);
  mood.render(state);
  facts.render(state);
  transcript.render(state);
}

function openAlerts() {
  const open = { critical: 0, warning: 0, info: 0 };
  for (const alert of state.alerts.values()) if (isOpen(alert)) open[alert.alert.severity]++;
  return open;
}

function openAlert(alert) {
  transcript.reveal(alert.key);
  set(chooseAlert(state, alert));
  if (matchMedia('(max-width: 50rem)').matches) byId('call').scrollIntoView();
}

async function setAlertState(alert, to) {
  const words = { acknowledged: 'Acknowledged', wrong: 'Marked as wrong', open: 'Opened again' };
  try {
    await connection.setAlertState(alert.call, alert.alert.id, to);
    say(`${words[to]}: ${alert.alert.name}`);
  } catch (error) {
    say(`Not saved (${error.message}). Please try again.`);
  }
}

let saying = null;

function say(text) {
  setText(byId('status'), text);
  clearTimeout(saying);
  saying = setTimeout(() => setText(byId('status'), ''), 4000);
}

/** The alert that keys act on: the card with the focus, else the one that is shown. */
function atHand() {
  const key = document.activeElement?.closest('.card')?.dataset.key ?? state.selection.alert;
  return state.alerts.get(key) ?? null;
}

function onAlert(mayDo, to) {
  const alert = atHand();
  if (alert !== null && mayDo(alert)) setAlertState(alert, to);
}

function step(direction) {
  const row = document.activeElement?.closest('.row');
  if (row) return calls.focus(calls.neighbour(row.dataset.call, direction));
  const card = document.activeElement?.closest('.card');
  alerts.focus(alerts.neighbour(card?.dataset.key ?? null, direction));
}

bindKeys({
  up: () => step(-1),
  down: () => step(1),
  enter: () => { if (atHand() !== null) openAlert(atHand()); },
  acknowledge: () => onAlert(isOpen, 'acknowledged'),
  wrong: () => onAlert(isOpen, 'wrong'),
  reopen: () => onAlert((alert) => !isOpen(alert) && !alert.withdrawn, 'open'),
  calls: () => calls.focus(state.selection.call ?? calls.neighbour(null, 1)),
  transcript: () => byId('transcript').focus(),
  sound: () => sound.toggle(),
  escape: () => set(letGo(state)),
  leaveFilter: () => byId('filter').blur(),
});

byId('filter').addEventListener('input', (e) => set({ ...state, filter: e.target.value.trim() }));

setInterval(() => {
  const now = Date.now();
  alerts.tick(now);
  calls.tick(now);
  call.tick(now);
  bar.renderLink(link, now);
  frames.request(); // Calls fold away by the clock.
}, 1000);

setUpWelcome();
draw();
connection.run();
