import { isDeepStrictEqual } from 'node:util';
import type { SourceFact, SourceSettings, SourceState } from '@postel/contracts';
import { refused, type Decision } from '../decision.js';

interface CommandOf<Kind extends string> {
  readonly kind: Kind;
  /** Of the source that is meant: another one may have got its name since. */
  readonly id: string;
  /** Who asked for it. */
  readonly actor: string;
  readonly nowMs: number;
}

/** Who sends is what the secrets and the types of events go by: it stays. */
export type SourceChanges = {
  readonly [Key in keyof Omit<SourceSettings, 'provider'>]?: SourceSettings[Key] | undefined;
};

export type SourceCommand =
  | (CommandOf<'create'> & {
      readonly tenant: string;
      readonly name: string;
      readonly settings: SourceSettings;
    })
  | (CommandOf<'update'> & { readonly changes: SourceChanges })
  | CommandOf<'replace-secrets'>
  | CommandOf<'delete'>;

/**
 * What a command does to the source of a name (`null`: there is none).
 *
 *   (none) ──create──▶ active | disabled ──update──▶ active | disabled ──delete──▶ (none)
 */
export function decideSource(command: SourceCommand, state: SourceState | null): Decision<SourceFact> {
  if (command.kind === 'create') {
    if (state) return refused('source_exists', `There is a source ${state.name} already: ${state.id}.`);
    return created(command);
  }
  if (state?.id !== command.id) return refused('source_not_found');
  switch (command.kind) {
    case 'update':
      return updated(command, state);
    case 'replace-secrets':
      return { ok: true, facts: [factOf('source.secrets_replaced', command, state)] };
    case 'delete':
      return { ok: true, facts: [factOf('source.deleted', command, null)] };
  }
}

function created(command: Extract<SourceCommand, { kind: 'create' }>): Decision<SourceFact> {
  const { id, name, nowMs, settings, tenant } = command;
  const state = { id, tenant, name, ...settingsOf(settings), createdAtMs: nowMs, updatedAtMs: nowMs };
  return { ok: true, facts: [factOf('source.created', command, state)] };
}

function updated(
  command: Extract<SourceCommand, { kind: 'update' }>,
  state: SourceState,
): Decision<SourceFact> {
  const { id, tenant, name, createdAtMs } = state;
  const given = Object.fromEntries(
    Object.entries(command.changes).filter(([, value]) => value !== undefined),
  );
  const settings = settingsOf({ ...state, ...given, provider: state.provider });
  if (isDeepStrictEqual(settings, settingsOf(state))) return { ok: true, facts: [] };
  const next = { id, tenant, name, ...settings, createdAtMs, updatedAtMs: command.nowMs };
  return { ok: true, facts: [factOf('source.updated', command, next)] };
}

/** The settings alone: the stored state is exactly what its type says, whatever the caller's object holds. */
function settingsOf(source: SourceSettings): SourceSettings {
  const { provider, signature, toleranceSeconds, rateLimit, status, description, metadata } = source;
  return { provider, signature, toleranceSeconds, rateLimit, status, description, metadata };
}

function factOf(
  fact: SourceFact['fact'],
  { actor, nowMs }: CommandOf<string>,
  state: SourceState | null,
): SourceFact {
  return { v: 1, fact, actor, atMs: nowMs, state };
}
