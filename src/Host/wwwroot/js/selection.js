// Which call and alert the right side shows: what somebody chose, else the call that needs most. Pure.

import { compareCalls } from './order.js';
import { isOpen } from './state.js';

export function chooseCall(state, call) {
  return { ...state, selection: { call, alert: mostUrgentAlert(state, call), byHand: true } };
}

export function chooseAlert(state, alert) {
  return { ...state, selection: { call: alert.call, alert: alert.key, byHand: true } };
}

export function letGo(state) {
  return follow({ ...state, selection: { ...state.selection, byHand: false } });
}

/**
 * Without a choice by hand: stays with the call shown while it is live, unless another one has more open critical alerts;
 * within it, shows the newest of its most severe open alerts.
 */
export function follow(state) {
  const { selection, calls } = state;
  if (selection.byHand && calls.has(selection.call)) return state;
  const worst = leadingCall(calls);
  if (worst === null) return selection.call === null ? state : { ...state, selection: { call: null, alert: null, byHand: false } };
  const shown = calls.get(selection.call);
  const stay = shown !== undefined && (shown.state === 'live' || worst.state === 'ended') && shown.criticalOpen >= worst.criticalOpen;
  const call = stay ? shown.id : worst.id;
  const alert = mostUrgentAlert(state, call) ?? (stay ? selection.alert : null);
  if (call === selection.call && alert === selection.alert) return state;
  return { ...state, selection: { call, alert, byHand: false } };
}

function leadingCall(calls) {
  let worst = null;
  for (const call of calls.values()) if (worst === null || compareCalls(call, worst) < 0) worst = call;
  return worst;
}

function mostUrgentAlert({ alerts }, call) {
  const rank = { critical: 2, warning: 1, info: 0 };
  let best = null;
  for (const alert of alerts.values()) {
    if (alert.call !== call || !isOpen(alert)) continue;
    if (best === null || rank[alert.alert.severity] >= rank[best.alert.severity]) best = alert;
  }
  return best?.key ?? null;
}
