import { isDeepStrictEqual } from 'node:util';
import type {
  CustomHeaders,
  DisabledReason,
  EndpointFact,
  EndpointFactName,
  EndpointSettings,
  EndpointState,
  EndpointStatus,
  UpdateEndpointRequest,
} from '@postel/contracts';
import { refused, type Decision } from '../decision.js';

interface CommandOf<Kind extends string> {
  readonly kind: Kind;
  /** Who asked for it. */
  readonly actor: string;
  readonly nowMs: number;
}

export type EndpointCommand =
  | (CommandOf<'create'> & {
      readonly id: string;
      readonly tenant: string;
      readonly settings: EndpointSettings;
    })
  | (CommandOf<'update'> & { readonly changes: EndpointChanges })
  | CommandOf<'rotate-secret' | 'reveal-secret' | 'seal-headers'>
  | CommandOf<'pause'>
  | CommandOf<'enable'>
  | (CommandOf<'disable'> & { readonly reason: DisabledReason })
  | CommandOf<'delete'>;

/** What a request changes, the values of its custom headers sealed. */
export type EndpointChanges = Omit<UpdateEndpointRequest, 'headers'> & { readonly headers?: CustomHeaders };

export type EndpointDecision = Decision<EndpointFact>;

type ChangeCommand = Exclude<EndpointCommand, { kind: 'create' }>;

/**
 * What a command does to an endpoint (`null`: there is none). A command that finds its work done yields no facts; a
 * disabled endpoint stays disabled with its first reason.
 *
 *   (none) ──create──▶ active ◀──enable── paused | disabled        update: in every status
 *                        │ ╲──pause──▶ paused                      pause of a disabled one: endpoint_not_active
 *                        ╰──disable(reason)──▶ disabled            delete: from every status
 *
 * What happens to its secrets is told by facts that leave the endpoint as it is.
 */
export function decideEndpoint(command: EndpointCommand, state: EndpointState | null): EndpointDecision {
  if (command.kind === 'create') {
    return state ? refused('endpoint_changed', 'an endpoint with this id exists already') : created(command);
  }
  return state ? changed(command, state) : refused('endpoint_not_found');
}

/** The state after a fact: each carries it. */
export function evolveEndpoint(_state: EndpointState | null, fact: EndpointFact): EndpointState | null {
  return fact.state;
}

function created(command: Extract<EndpointCommand, { kind: 'create' }>): EndpointDecision {
  const { id, tenant, settings, nowMs } = command;
  const state: EndpointState = {
    ...settingsOf(settings),
    id,
    tenant,
    status: 'active',
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  return { ok: true, facts: [factOf('endpoint.created', command, state)] };
}

function changed(command: ChangeCommand, state: EndpointState): EndpointDecision {
  switch (command.kind) {
    case 'update':
      return updated(command, state);
    case 'pause':
      if (state.status === 'disabled')
        return refused('endpoint_not_active', 'a disabled endpoint cannot be paused');
      return moved(command, state, 'endpoint.paused', { status: 'paused' });
    case 'enable':
      return moved(command, state, 'endpoint.enabled', { status: 'active' });
    case 'disable':
      return moved(command, state, 'endpoint.disabled', {
        status: 'disabled',
        disabledReason: command.reason,
      });
    case 'rotate-secret':
      return { ok: true, facts: [factOf('endpoint.secret_rotated', command, state)] };
    case 'reveal-secret':
      return { ok: true, facts: [factOf('endpoint.secret_revealed', command, state)] };
    case 'seal-headers':
      return headersSealed(command, state);
    case 'delete':
      return { ok: true, facts: [factOf('endpoint.deleted', command, null)] };
  }
}

function updated(
  command: Extract<EndpointCommand, { kind: 'update' }>,
  state: EndpointState,
): EndpointDecision {
  const { retry = state.retry, ...others } = command.changes;
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  const { retry: _, ...before } = state;
  const next: EndpointState = { ...before, ...Object.fromEntries(given), ...(retry ? { retry } : {}) };
  if (isDeepStrictEqual(next, state)) return { ok: true, facts: [] };
  const { nowMs } = command;
  const isRetryChanged = !isDeepStrictEqual(next.retry, state.retry);
  const changedAt = { updatedAtMs: nowMs, ...(isRetryChanged ? { retryChangedAtMs: nowMs } : {}) };
  return { ok: true, facts: [factOf('endpoint.updated', command, { ...next, ...changedAt })] };
}

/** The values that 0.1.0 kept in the endpoint's facts now lie with its secrets. */
function headersSealed(command: ChangeCommand, state: EndpointState): EndpointDecision {
  const { names, setAtMs, clear } = state.headers;
  if (clear === undefined) return { ok: true, facts: [] };
  const sealed: EndpointState = { ...state, headers: { names, setAtMs } };
  return { ok: true, facts: [factOf('endpoint.headers_sealed', command, sealed)] };
}

function moved(
  command: ChangeCommand,
  state: EndpointState,
  fact: EndpointFactName,
  status: EndpointStatus,
): EndpointDecision {
  if (state.status === status.status) return { ok: true, facts: [] };
  const { id, tenant, createdAtMs, retryChangedAtMs } = state;
  const enabledAtMs = command.kind === 'enable' ? command.nowMs : state.enabledAtMs;
  const next: EndpointState = {
    ...settingsOf(state),
    ...status,
    id,
    tenant,
    createdAtMs,
    updatedAtMs: command.nowMs,
    ...(retryChangedAtMs === undefined ? {} : { retryChangedAtMs }),
    ...(enabledAtMs === undefined ? {} : { enabledAtMs }),
  };
  return { ok: true, facts: [factOf(fact, command, next)] };
}

/** The settings alone: the stored state is exactly what its type says, whatever the caller's object holds. */
function settingsOf(source: EndpointSettings): EndpointSettings {
  return {
    url: source.url,
    description: source.description,
    events: source.events,
    channels: source.channels,
    filter: source.filter,
    apiVersion: source.apiVersion,
    metadata: source.metadata,
    headers: source.headers,
    signature: source.signature,
    ...(source.retry === undefined ? {} : { retry: source.retry }),
    timeoutMs: source.timeoutMs,
    rateLimit: source.rateLimit,
    maxInFlight: source.maxInFlight,
    ordering: source.ordering,
  };
}

function factOf(
  fact: EndpointFactName,
  { actor, nowMs }: CommandOf<string>,
  state: EndpointState | null,
): EndpointFact {
  return { v: 1, fact, actor, atMs: nowMs, state };
}
