import type { CustomHeaders, EndpointSecrets, SealedHeaders, SealedSecret } from '@postel/contracts';

/** More that were never told are not kept: each PATCH that broke off between its two facts leaves one. */
const maxUntold = 4;

/**
 * The headers that belong to what the endpoint tells, so that they change in the moment in which its URL does: they are
 * written before it tells of them, and may stay untold. Where there are none for it, the newest.
 */
export function headersInForce(secrets: EndpointSecrets, toldAtMs: number): SealedSecret | null {
  const { headers, headersSetAtMs, earlierHeaders = [] } = secrets;
  if (headersSetAtMs === undefined || headersSetAtMs === toldAtMs) return headers;
  const earlier = earlierHeaders.find((one) => one.headersSetAtMs === toldAtMs);
  return earlier ? earlier.headers : headers;
}

/** Whether an endpoint may tell of them: they were not replaced in the meantime. */
export function hasHeadersOf(
  { headersSetAtMs, earlierHeaders = [] }: EndpointSecrets,
  setAtMs: number,
): boolean {
  if (headersSetAtMs === undefined || headersSetAtMs === setAtMs) return true;
  return earlierHeaders.some((one) => one.headersSetAtMs === setAtMs);
}

/** New ones, beside those in force until the endpoint tells of the new ones by their `headersSetAtMs`. */
export function replacedHeaders(
  secrets: EndpointSecrets,
  next: SealedSecret | null,
  { toldAtMs, nowMs }: { readonly toldAtMs: number; readonly nowMs: number },
): EndpointSecrets & { readonly headersSetAtMs: number } {
  const sets = setsOf(secrets);
  const told = sets.findIndex(({ headersSetAtMs }) => headersSetAtMs === toldAtMs);
  // they are others' that have yet to tell of them, or were broken off
  const untold = sets.slice(0, Math.max(told, 0)).slice(0, maxUntold);
  const present = { headers: headersInForce(secrets, toldAtMs), headersSetAtMs: toldAtMs };
  return {
    ...secrets,
    headers: next,
    headersSetAtMs: Math.max(nowMs, toldAtMs + 1, ...sets.map(({ headersSetAtMs }) => headersSetAtMs + 1)),
    earlierHeaders: [...untold, present],
  };
}

/** Without those before what the endpoint tells: they will not be sent again. @returns `secrets` itself when there are none */
export function withoutSupersededHeaders(
  secrets: EndpointSecrets,
  told: CustomHeaders | undefined,
): EndpointSecrets {
  const { earlierHeaders, ...rest } = secrets;
  const kept = setsOf(secrets).findIndex(({ headersSetAtMs }) => headersSetAtMs === told?.setAtMs);
  if (!earlierHeaders || kept < 0 || kept === earlierHeaders.length) return secrets;
  return kept === 0 ? rest : { ...rest, earlierHeaders: earlierHeaders.slice(0, kept) };
}

/** Those that 0.1.0 kept in the endpoint's facts, told at 0. @returns `null` when they are there, or replaced */
export function sealedClearHeaders(
  secrets: EndpointSecrets,
  sealed: SealedSecret | null,
): EndpointSecrets | null {
  if (secrets.secrets.length === 0 || headersInForce(secrets, 0)) return null;
  const { headersSetAtMs = 0, earlierHeaders = [] } = secrets;
  if (headersSetAtMs === 0) return { ...secrets, headers: sealed, headersSetAtMs };
  if (!hasHeadersOf(secrets, 0)) return null;
  const withSealed = (one: SealedHeaders) => (one.headersSetAtMs === 0 ? { ...one, headers: sealed } : one);
  return { ...secrets, earlierHeaders: earlierHeaders.map(withSealed) };
}

/** Newest first; what an earlier version stored belongs to any, and is in force as it is. */
function setsOf({ headers, headersSetAtMs, earlierHeaders = [] }: EndpointSecrets): readonly SealedHeaders[] {
  return headersSetAtMs === undefined ? [] : [{ headers, headersSetAtMs }, ...earlierHeaders];
}
