import type { EndpointState } from './endpoint.js';

/** Facts of the stream CONFIG. Each carries the state after it, so that the last message of a subject is enough. */
export const endpointFactNames = [
  'endpoint.created',
  'endpoint.updated',
  'endpoint.paused',
  'endpoint.enabled',
  'endpoint.disabled',
  'endpoint.deleted',
] as const;
export type EndpointFactName = (typeof endpointFactNames)[number];

export interface EndpointFact {
  readonly v: 1;
  readonly fact: EndpointFactName;
  readonly actor: string;
  readonly atMs: number;
  /** `null` after `endpoint.deleted`: the tombstone that followers see. */
  readonly state: EndpointState | null;
}

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
