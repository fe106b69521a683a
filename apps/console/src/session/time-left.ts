/**
 * For how long a credential is good, by the clock of who made it: that of this machine may be hours off.
 * @param expiresAt ISO 8601; `null`: for ever
 * @param answeredAt the `Date` of the answer that said so, whole seconds; where it has none, this machine's clock is taken
 * @returns ms, from the answer on; `null`: for ever
 */
export function timeLeftMs(
  expiresAt: string | null,
  answeredAt: string | null,
  nowMs = Date.now(),
): number | null {
  if (expiresAt === null) return null;
  const atMs = answeredAt === null ? NaN : Date.parse(answeredAt);
  return Math.max(0, Date.parse(expiresAt) - (Number.isNaN(atMs) ? nowMs : atMs));
}
