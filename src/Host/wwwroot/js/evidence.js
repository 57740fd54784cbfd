// Which words of a line are evidence of an alert. Pure: gives ranges of the line's text, the view makes marks of them.

const rank = { info: 0, warning: 1, critical: 2 };

/** Seconds by which a word may lie outside the evidence's times: both are rounded. */
const slack = 0.06;

/**
 * Non-overlapping ranges { start, end, severity } of `line.text`, in order. By the words' times where the line has them,
 * else (a partial) by the words themselves.
 */
export function markedRanges(line, alerts) {
  const levels = new Int8Array(line.text.length).fill(-1);
  for (const { alert } of alerts) {
    for (const evidence of alert.evidence) {
      if (!evidence.text || !touches(line, evidence)) continue;
      const range = byTimes(line, evidence) ?? byText(line, evidence);
      if (range) for (let i = range.start; i < range.end; i++) levels[i] = Math.max(levels[i], rank[alert.severity] ?? 0);
    }
  }
  return runs(levels);
}

/** Does the evidence lie within this line? What is about the call has no leg and may lie on any. */
export function touches(line, evidence) {
  return (evidence.leg === line.leg || (evidence.leg ?? null) === null)
    && evidence.start < line.end + slack && evidence.end > line.start - slack;
}

function byTimes(line, evidence) {
  const inside = wordRanges(line).filter(({ word }) => {
    const middle = (word.start + word.end) / 2;
    return middle > evidence.start - slack && middle < evidence.end + slack;
  });
  return inside.length === 0 ? null : { start: inside[0].start, end: inside.at(-1).end };
}

function byText(line, evidence) {
  const start = line.text.toLowerCase().indexOf(evidence.text.toLowerCase());
  return start < 0 ? null : { start, end: start + evidence.text.length };
}

/** Where each word stands in the text as written, so that the text itself is never put together anew. */
function wordRanges(line) {
  const ranges = [];
  let from = 0;
  for (const word of line.words) {
    const text = word.text.trim();
    const start = line.text.indexOf(text, from);
    if (text === '' || start < 0) continue;
    from = start + text.length;
    ranges.push({ word, start, end: from });
  }
  return ranges;
}

function runs(levels) {
  const names = ['info', 'warning', 'critical'];
  const found = [];
  for (let i = 0; i < levels.length; i++) {
    if (levels[i] < 0) continue;
    const start = i;
    while (i + 1 < levels.length && levels[i + 1] === levels[start]) i++;
    found.push({ start, end: i + 1, severity: names[levels[start]] });
  }
  return found;
}
