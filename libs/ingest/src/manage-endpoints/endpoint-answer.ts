import type {
  CustomHeaders,
  EndpointAnswer,
  EndpointState,
  OpenCircuit,
  RetryPolicy,
} from '@postel/contracts';
import { shownCircuit } from '@postel/domain';
import { needsKeyPair } from '../rotate-secret/endpoint-vault.js';

export interface AnswerContext {
  readonly defaultRetry: RetryPolicy;
  /** `null`: closed. */
  readonly circuit: OpenCircuit | null;
  /** The newest of its Ed25519 pairs. */
  readonly publicKey: string | null;
  /** When the last of those before the current secret ends; `null`: it signs alone. */
  readonly previousSecretExpiresAtMs: number | null;
  readonly nowMs: number;
}

/** An endpoint as the API shows it: its secrets never, the values of its custom headers masked. */
export function endpointAnswer(state: EndpointState, context: AnswerContext): EndpointAnswer {
  return {
    id: state.id,
    url: state.url,
    description: state.description,
    events: [...state.events],
    channels: [...state.channels],
    filter: state.filter,
    apiVersion: state.apiVersion,
    metadata: { ...state.metadata },
    headers: maskedHeaders(state.headers),
    signature: { schemes: [...state.signature.schemes] },
    publicKey: needsKeyPair(state.signature.schemes) ? context.publicKey : null,
    previousSecretExpiresAt: isoOrNull(context.previousSecretExpiresAtMs),
    retry: state.retry ?? context.defaultRetry,
    timeoutMs: state.timeoutMs,
    rateLimit: state.rateLimit,
    maxInFlight: state.maxInFlight,
    ordering: state.ordering,
    status: state.status,
    disabledReason: state.status === 'disabled' ? state.disabledReason : null,
    circuit: shownCircuit(context.circuit, context.nowMs),
    createdAt: new Date(state.createdAtMs).toISOString(),
    updatedAt: new Date(state.updatedAtMs).toISOString(),
  };
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

/** Their values often are credentials. */
export function maskedHeaders({ names }: CustomHeaders): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, '***']));
}
