import { fail, ok, warn, type Finding } from './finding.js';

/** Signatures are refused when they are further off than 300 s; waits are by these clocks. */
const failMs = 60_000;

/** @param toleranceMs what is within it is no difference: the error of the measurement among it */
export function clockFinding(check: string, offsetMs: number, toleranceMs: number): Finding {
  const amount = Math.abs(offsetMs);
  const shown = amount < 10_000 ? `${Math.round(amount)} ms` : `${Math.round(amount / 1_000)} s`;
  const side = offsetMs >= 0 ? 'ahead of' : 'behind';
  if (amount <= toleranceMs) return ok(check, `as ours, within ${toleranceMs} ms`);
  const detail = `${shown} ${side} ours`;
  const advice = 'have both clocks set by NTP: signatures and waits go by them';
  return amount > failMs ? fail(check, detail, advice) : warn(check, detail, advice);
}
