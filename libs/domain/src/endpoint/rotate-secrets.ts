/** What signs until then beside newer ones; `null`: the current one. */
interface Expiring {
  readonly expiresAtMs: number | null;
}

export interface Grace {
  readonly nowMs: number;
  readonly graceSeconds: number;
}

/** More replaced ones than this do not sign any more, whatever their grace: each costs a signature and header bytes. */
export const maxRetired = 3;

/** The new one first; the current one signs until its grace ends, and older ones as long as theirs lasts. */
export function rotated<Secret extends Expiring>(
  secrets: readonly Secret[],
  next: Secret,
  { nowMs, graceSeconds }: Grace,
): Secret[] {
  const endsAtMs = nowMs + graceSeconds * 1_000;
  const retired = secrets.map((secret) =>
    secret.expiresAtMs === null ? { ...secret, expiresAtMs: endsAtMs } : secret,
  );
  return [next, ...unexpired(retired, nowMs).slice(0, maxRetired)];
}

/** Those that still sign. */
export function unexpired<Secret extends Expiring>(secrets: readonly Secret[], nowMs: number): Secret[] {
  return secrets.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs);
}

/** When the last of those before the current one ends; `null`: it signs alone. */
export function graceEndsAtMs(secrets: readonly Expiring[], nowMs: number): number | null {
  const ends = unexpired(secrets, nowMs).flatMap(({ expiresAtMs }) => expiresAtMs ?? []);
  return ends.length === 0 ? null : Math.max(...ends);
}
