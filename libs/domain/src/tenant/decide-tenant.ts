import {
  defaultTenant,
  unchangedDefaultTenant,
  type TenantFact,
  type TenantSettings,
  type TenantState,
  type UpdateTenantRequest,
} from '@postel/contracts';
import { isDeepStrictEqual } from 'node:util';
import { refused, type Decision } from '../decision.js';

interface CommandOf<Kind extends string> {
  readonly kind: Kind;
  /** The tenant's name. */
  readonly id: string;
  /** Who asked for it. */
  readonly actor: string;
  readonly nowMs: number;
}

export type TenantCommand =
  | (CommandOf<'create'> & { readonly settings: TenantSettings })
  | (CommandOf<'put'> & { readonly settings: TenantSettings })
  | (CommandOf<'update'> & { readonly changes: UpdateTenantRequest })
  | (CommandOf<'delete'> & { readonly jobId: string });

/** `erasing`: it was deleted, and what it had is not all gone yet. */
export type TenantLife = TenantState | 'erasing' | null;

/**
 * What a command does to a tenant. `default` is there from the start, and stays.
 *
 *   (none) ──create | put──▶ there ──delete──▶ erasing ──(the job ends)──▶ (none)
 *                             ╰─update | put─▶ there            create | put: tenant_being_erased
 */
export function decideTenant(command: TenantCommand, life: TenantLife): Decision<TenantFact> {
  const state = life ?? (command.id === defaultTenant ? unchangedDefaultTenant : null);
  switch (command.kind) {
    case 'create':
      if (state === 'erasing') return refused('tenant_being_erased');
      return state ? refused('tenant_exists') : created(command);
    case 'put':
      if (state === 'erasing') return refused('tenant_being_erased');
      return state ? changed(command, state, command.settings) : created(command);
    case 'update':
      if (state === null || state === 'erasing') return refused('tenant_not_found');
      return changed(command, state, command.changes);
    case 'delete':
      if (state === null || state === 'erasing') return refused('tenant_not_found');
      return deleted(command);
  }
}

function created(command: Extract<TenantCommand, { kind: 'create' | 'put' }>): Decision<TenantFact> {
  const { id, settings, nowMs } = command;
  const { description, strictEventTypes, metadata, alerts, retention } = settings;
  const state: TenantState = {
    id,
    description,
    strictEventTypes,
    metadata,
    alerts,
    retention,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  return { ok: true, facts: [{ ...about(command), fact: 'tenant.created', state }] };
}

function changed(
  command: TenantCommand,
  state: TenantState,
  changes: UpdateTenantRequest,
): Decision<TenantFact> {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const next: TenantState = { ...state, ...Object.fromEntries(given) };
  if (isDeepStrictEqual(next, state)) return { ok: true, facts: [] };
  const changedState = { ...next, updatedAtMs: command.nowMs };
  return { ok: true, facts: [{ ...about(command), fact: 'tenant.updated', state: changedState }] };
}

function deleted(command: Extract<TenantCommand, { kind: 'delete' }>): Decision<TenantFact> {
  if (command.id === defaultTenant) {
    return refused('tenant_not_deletable', 'The tenant default belongs to every installation.');
  }
  const { jobId } = command;
  return { ok: true, facts: [{ ...about(command), fact: 'tenant.deleted', state: null, jobId }] };
}

function about({ actor, nowMs }: TenantCommand): { v: 1; actor: string; atMs: number } {
  return { v: 1, actor, atMs: nowMs };
}
