import type { ApiKeyState } from './api-key.js';
import type { EndpointState } from './endpoint.js';
import type { EventTypeState } from './event-type.js';
import type { RevokedTokenState } from './portal-token.js';
import type { TenantState } from './tenant.js';

/**
 * Facts of the stream CONFIG. Each carries the state after it, so that the last message of a subject is enough; all of a
 * subject are its history.
 */
export interface ConfigFact<Name extends string, State> {
  readonly v: 1;
  readonly fact: Name;
  /** Who did it: `admin`, `key:<id>`, `portal:<id>` or a part of Postel. */
  readonly actor: string;
  readonly atMs: number;
  /** `null` after a deletion: the tombstone that followers see. */
  readonly state: State | null;
}

/** What is configured: the kind of its subjects, and its state. */
export interface ConfigStates {
  readonly tenant: TenantState;
  readonly 'api-key': ApiKeyState;
  readonly 'portal-token': RevokedTokenState;
  readonly endpoint: EndpointState;
  readonly 'event-type': EventTypeState;
}
export type AggregateKind = keyof ConfigStates;

export const endpointFactNames = [
  'endpoint.created',
  'endpoint.updated',
  'endpoint.paused',
  'endpoint.enabled',
  'endpoint.disabled',
  'endpoint.deleted',
] as const;
export type EndpointFactName = (typeof endpointFactNames)[number];
export type EndpointFact = ConfigFact<EndpointFactName, EndpointState>;

/**
 * After `tenant.deleted` all of the tenant is being erased, by the job that the fact names; after `tenant.erased` nothing
 * is left, and the name is free again.
 */
export type TenantFact =
  | ConfigFact<'tenant.created' | 'tenant.updated' | 'tenant.erased', TenantState>
  | (ConfigFact<'tenant.deleted', TenantState> & { readonly jobId: string });
export type ApiKeyFact = ConfigFact<'api_key.created' | 'api_key.revoked', ApiKeyState>;
/** `portal_token.forgotten`: it would have ended by now anyway. */
export type PortalTokenFact = ConfigFact<
  'portal_token.revoked' | 'portal_token.forgotten',
  RevokedTokenState
>;
export type EventTypeFact = ConfigFact<
  'event_type.discovered' | 'event_type.put' | 'event_type.deleted',
  EventTypeState
>;

/** The secrets of an endpoint, newest first; on a subject of their own that is rolled up, encrypted. */
export interface SecretFact {
  readonly v: 1;
  readonly fact: 'secret.set';
  readonly atMs: number;
  readonly secrets: readonly SealedSecret[];
}

/** AES-256-GCM with a data key of its own, which the master key wraps; all fields base64. */
export interface SealedSecret {
  readonly wrappedKey: string;
  readonly iv: string;
  readonly tag: string;
  readonly ciphertext: string;
  /** It signs until then beside newer ones; `null`: the current one. */
  readonly expiresAtMs: number | null;
}

export interface FirstWordFact {
  readonly v: 1;
  readonly fact: 'first_word.added';
  readonly atMs: number;
  readonly word: string;
}

/**
 * The circuit of an endpoint, written by its owner when it opens, opens again after a failed probe, or closes. Half-open
 * is the time after `probeAtMs`, in which one delivery is let through.
 */
export interface CircuitFact {
  readonly v: 1;
  readonly fact: 'circuit.opened' | 'circuit.closed';
  readonly atMs: number;
  /** `null`: closed. */
  readonly state: OpenCircuit | null;
}

export interface OpenCircuit {
  readonly openedAtMs: number;
  /** From then on one delivery may try. */
  readonly probeAtMs: number;
  /** Probes that failed since it opened. */
  readonly failedProbes: number;
}
