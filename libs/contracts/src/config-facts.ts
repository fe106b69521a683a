import type { ApiKeyState } from './api-key.js';
import type { EndpointState } from './endpoint.js';
import type { EventTypeState } from './event-type.js';
import type { RevokedTokenState } from './portal-token.js';
import type { SourceState } from './source.js';
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
  readonly source: SourceState;
}
export type AggregateKind = keyof ConfigStates;

export const endpointFactNames = [
  'endpoint.created',
  'endpoint.updated',
  'endpoint.paused',
  'endpoint.enabled',
  'endpoint.disabled',
  'endpoint.secret_rotated',
  'endpoint.secret_revealed',
  'endpoint.headers_sealed',
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

/** `source.secrets_replaced` tells who did it and when, and leaves the source as it is. */
export type SourceFact = ConfigFact<
  'source.created' | 'source.updated' | 'source.secrets_replaced' | 'source.deleted',
  SourceState
>;

/**
 * What an endpoint has that nobody may read, and a source (secrets alone, all of them good at once); on a subject of its own that is rolled up, so that what was replaced is really
 * gone, and encrypted. The endpoint's own facts tell who changed it and when.
 */
export interface EndpointSecrets {
  /** `whsec_…`, newest first; of a source in the form of its provider. */
  readonly secrets: readonly SealedSecret[];
  /** Ed25519 pairs, newest first; none without the scheme `standard-ed25519`. */
  readonly keyPairs: readonly SealedKeyPair[];
  /** The custom headers, names and values, as JSON; `null`: there are none. The newest, which are not told yet perhaps. */
  readonly headers: SealedSecret | null;
  /** The `headers.setAtMs` of the endpoint to which they belong; absent, as earlier versions stored them: any. */
  readonly headersSetAtMs?: number;
  /** Those before, newest first, until the endpoint tells later ones: with its old URL the old headers are sent. */
  readonly earlierHeaders?: readonly SealedHeaders[];
}

export interface SealedHeaders {
  readonly headers: SealedSecret | null;
  readonly headersSetAtMs: number;
}

/** Up to 0.1.0 with secrets alone. */
export type SecretFact = { readonly v: 1; readonly fact: 'secret.set'; readonly atMs: number } & Pick<
  EndpointSecrets,
  'secrets'
> &
  Partial<EndpointSecrets>;

export const noSecrets: EndpointSecrets = Object.freeze({
  secrets: Object.freeze([]),
  keyPairs: Object.freeze([]),
  headers: null,
});

/** Secrets as any earlier version stored them. */
export function upcastSecrets(fact: SecretFact): EndpointSecrets {
  const { secrets, keyPairs, headers, headersSetAtMs, earlierHeaders } = fact;
  return {
    secrets,
    keyPairs: keyPairs ?? noSecrets.keyPairs,
    headers: headers ?? null,
    ...(headersSetAtMs === undefined ? {} : { headersSetAtMs }),
    ...(earlierHeaders === undefined ? {} : { earlierHeaders }),
  };
}

/** AES-256-GCM with a data key of its own, which the master key wraps; all fields base64. */
export interface SealedSecret {
  readonly wrappedKey: string;
  /** Which master key wrapped the data key; absent in what 0.1.0 stored. */
  readonly keyId?: string;
  readonly iv: string;
  readonly tag: string;
  readonly ciphertext: string;
  /** It signs until then beside newer ones; `null`: the current one. */
  readonly expiresAtMs: number | null;
}

/** The private half (`whsk_…`) sealed, the public half (`whpk_…`) as the API shows it. */
export interface SealedKeyPair extends SealedSecret {
  readonly publicKey: string;
}

/** What was done that changes no configuration and no delivery, and is to be known of all the same. */
export const auditTopics = ['portal_token.created', 'log.exported'] as const;
export type AuditNote = ConfigFact<(typeof auditTopics)[number], never> & {
  /** What it was done to, by its id. */
  readonly subject: string | null;
};

export interface FirstWordFact {
  readonly v: 1;
  readonly fact: 'first_word.added';
  readonly atMs: number;
  readonly word: string;
  /** For whom; missing in what an earlier build wrote. */
  readonly tenant?: string;
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
