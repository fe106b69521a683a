import type { PortalTokenFact, RevokedTokenState } from '@postel/contracts';
import { refused, type Decision } from '../decision.js';

export interface RevokePortalToken {
  readonly token: RevokedTokenState;
  readonly actor: string;
  readonly nowMs: number;
}

/**
 * Only what was revoked is kept: a token that was made and not revoked leaves no trace.
 * @param state of the token, `null` when it was not revoked
 */
export function decidePortalToken(
  { token, actor, nowMs }: RevokePortalToken,
  state: RevokedTokenState | null,
): Decision<PortalTokenFact> {
  if (state || token.expiresAtMs <= nowMs) return refused('portal_token_not_found');
  const { id, tenant, expiresAtMs } = token;
  const revoked = { id, tenant, expiresAtMs };
  return { ok: true, facts: [{ v: 1, fact: 'portal_token.revoked', actor, atMs: nowMs, state: revoked }] };
}
