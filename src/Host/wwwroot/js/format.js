// Times, durations and names as a person reads them. No DOM, no state.

/** 252 → "04:12"; 3852 → "1:04:12". */
export function clockTime(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, '0');
  const minutes = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${minutes}` : minutes;
}

/** How long ago, short: "14 s", "3 min", "2 h". */
export function age(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  return whole < 3600 ? `${Math.floor(whole / 60)} min` : `${Math.floor(whole / 3600)} h`;
}

/** A figure with one decimal, without a needless ".0" above ten. */
export function figure(value) {
  return Math.abs(value) >= 10 ? String(Math.round(value)) : value.toFixed(1);
}

/** Call ids may be long; the first eight characters tell calls apart on one screen, the full id is in the tooltip. */
export function shortId(id) {
  return id.length > 9 ? id.slice(0, 8) : id;
}

export function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/**
 * Who speaks on a leg: its party, with a number where another leg is of the same party ("speaker 1", "speaker 2").
 * @param {string[]} parties the party of each leg
 */
export function legName(parties, leg) {
  const party = parties[leg];
  const name = party === undefined || party === 'unknown' ? 'speaker' : party;
  if (parties.filter((other) => other === party).length < 2) return name;
  return `${name} ${parties.slice(0, leg + 1).filter((other) => other === party).length}`;
}

/** "a · b · c" of what is there. */
export function joined(...parts) {
  return parts.filter(Boolean).join(' · ');
}
