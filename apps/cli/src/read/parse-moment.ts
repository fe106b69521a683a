import { usageFailure } from '../fail/command-failure.js';

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * A time as people give it: `2h` or `1h30m` ago, or ISO 8601. A time without a zone is one of this machine, as its clock
 * shows it; a day alone begins there at midnight.
 * @returns as the API wants it
 * @throws {CommandFailure}
 */
export function parseMoment(text: string, nowMs: number): string {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([smhdw])/g)];
  if (parts.length > 0 && parts.map(([whole]) => whole).join('') === text) {
    const agoMs = parts.reduce(
      (sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? 0),
      0,
    );
    return isoOf(new Date(nowMs - agoMs), text);
  }
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  if (!day && !/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text)) throw noMoment(text);
  if (!isDay(text.slice(0, 10))) throw noMoment(text);
  return isoOf(new Date(day ? `${text}T00:00:00` : text.replace(' ', 'T')), text);
}

/** A Date makes March of the 31st of February. */
function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}

function isoOf(at: Date, text: string): string {
  if (Number.isNaN(at.getTime()) || at.getTime() < 0) throw noMoment(text);
  return at.toISOString();
}

function noMoment(text: string) {
  return usageFailure(`"${text}" is no time`, 'such as 30m, 2h, 7d or 2026-01-31T12:00:00Z');
}
