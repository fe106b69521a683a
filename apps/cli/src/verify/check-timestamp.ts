import type { Checked, VerifyInput } from './check-request.js';

/** @param header in lower case */
export function checkTimestamp(input: VerifyInput, header: string): Checked {
  const { headers, nowSec, toleranceSec, ignoreTime } = input;
  const what = 'timestamp';
  const text = headers[header];
  if (text === undefined) {
    return { checks: [{ ok: false, what, detail: `the header ${header} is missing` }], hints: [] };
  }
  if (!/^\d{1,15}$/.test(text)) {
    return { checks: [{ ok: false, what, detail: `"${text}" is not Unix seconds` }], hints: [] };
  }
  const seconds = Number(text);
  if (seconds > 100_000_000_000) {
    const hints = ['the timestamp is in milliseconds: it must be Unix seconds'];
    return { checks: [{ ok: false, what, detail: `${text} is milliseconds` }], hints };
  }
  const offSec = nowSec - seconds;
  const off = `${text}, ${ago(offSec)}`;
  if (ignoreTime) return { checks: [{ ok: null, what, detail: `${off} (not judged)` }], hints: [] };
  const within = Math.abs(offSec) <= toleranceSec;
  return {
    checks: [{ ok: within, what, detail: `${off}; ${toleranceSec} s are allowed either way` }],
    hints: within ? [] : [lateHint(offSec)],
  };
}

function lateHint(offSec: number): string {
  return offSec > 0
    ? 'the request is old: if you keep it to look at it, verify with --ignore-time; if it has just come, the clock of this machine is ahead'
    : 'the request is from the future: the clock of this machine, or of the sender, is wrong';
}

function ago(offSec: number): string {
  const amount = Math.abs(offSec);
  const shown =
    amount < 120
      ? `${amount} s`
      : amount < 7_200
        ? `${Math.round(amount / 60)} min`
        : `${Math.round(amount / 3_600)} h`;
  return offSec >= 0 ? `${shown} ago` : `${shown} ahead`;
}
