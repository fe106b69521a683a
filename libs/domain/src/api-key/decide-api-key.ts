import type { ApiKeyFact, ApiKeyState } from '@postel/contracts';
import { refused, type Decision } from '../decision.js';

export type ApiKeyCommand = { readonly actor: string; readonly nowMs: number } & (
  { readonly kind: 'create'; readonly key: Omit<ApiKeyState, 'createdAtMs'> } | { readonly kind: 'revoke' }
);

/** A key is created, and revoked; nothing of it ever changes. */
export function decideApiKey(command: ApiKeyCommand, state: ApiKeyState | null): Decision<ApiKeyFact> {
  const about = { v: 1, actor: command.actor, atMs: command.nowMs } as const;
  if (command.kind === 'create') {
    if (state) return refused('api_key_changed', 'a key with this id exists already');
    const { id, tenant, name, hash, prefix } = command.key;
    const created = { id, tenant, name, hash, prefix, createdAtMs: command.nowMs };
    return { ok: true, facts: [{ ...about, fact: 'api_key.created', state: created }] };
  }
  if (!state) return refused('api_key_not_found');
  return { ok: true, facts: [{ ...about, fact: 'api_key.revoked', state: null }] };
}
