import type { ApiVersion } from './api-version.js';
import type { DeliveryOrdering } from './delivery-message.js';
import { logFilter, logSubject, type Lane } from './subjects.js';

/**
 * Facts of the stream LOG. Every passage of a delivery through DELIVERIES (a hop) ends in one of `delivery.succeeded`,
 * `delivery.deferred` and `delivery.died`; an attempt travels inside the fact it led to. A message holds what was
 * appended together, of one tenant and name. Facts come at least once: readers go by delivery and hop. When two owners
 * of a partition ended the same hop, a success wins, in whatever order they come.
 *
 *   event ──▶ event.fanned_out (one or more deliveries) | event.unmatched | event.invalid (──▶ event.discarded)
 *     ╰──at any time──▶ event.erased: what is still under way of it dies
 *
 *   delivery.created (by a replay or a recover) ──(put back, hop 2)──▶ as below
 *
 *   pending ──▶ succeeded
 *      │  ╲
 *      │   ╲──▶ deferred ──(put back, hop + 1)──▶ succeeded | deferred | died
 *      ▼
 *     died ──▶ reopened ──(put back, hop + 1)──▶ …
 *       ╰────▶ discarded
 */
interface FactOf<Name extends string> {
  readonly v: 1;
  readonly fact: Name;
  readonly tenant: string;
  readonly eventId: string;
  /** Position of the event in EVENTS. */
  readonly eventSeq: number;
  readonly type: string;
  /** When the broker stored the event: the key of the day partition, carried by every fact. */
  readonly acceptedAtMs: number;
  /** When this happened. */
  readonly atMs: number;
}

export interface CreatedDelivery {
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly url: string;
  readonly apiVersion: ApiVersion;
}

export interface EventFannedOut extends FactOf<'event.fanned_out'> {
  readonly deliveries: readonly CreatedDelivery[];
  /** A very wide fan-out takes several facts; the event counts as fanned out once, with part 0. */
  readonly part: number;
}

export type EventUnmatched = FactOf<'event.unmatched'>;

export interface EventInvalid extends FactOf<'event.invalid'> {
  readonly code: string;
  readonly message: string;
  readonly path?: string;
  /** W3C Trace Context of what it belongs to. */
  readonly traceparent?: string;
}

/** What one request asked for, of which there are several facts: the same in all of them. */
interface OfRequest {
  readonly request?: string;
}

/** The dead letter of an event that was not understood was deleted. */
export interface EventDiscarded extends FactOf<'event.discarded'>, OfRequest {
  readonly actor: string;
}

/**
 * The payload of an event is to be gone, wherever it is. With what its row in the archive needs, which cannot be made of
 * the message any more.
 */
export interface EventErased extends FactOf<'event.erased'> {
  readonly actor: string;
  readonly createdAtMs: number;
  readonly door: 'http' | 'nats';
  readonly valid: boolean;
}

interface DeliveryFactOf<Name extends string> extends FactOf<Name> {
  readonly deliveryId: string;
  readonly endpointId: string;
  /** The hop that this fact ends; for `delivery.reopened` the last one that ended. */
  readonly hop: number;
  readonly attemptsMade: number;
  readonly attemptsBeforeReopen: number;
  readonly apiVersion: ApiVersion;
  readonly ordering?: DeliveryOrdering;
  readonly reopenedAtMs?: number;
}

export interface DeliverySucceeded extends DeliveryFactOf<'delivery.succeeded'> {
  /** Another process may have owned the partition meanwhile, and ended the same hop otherwise. */
  readonly late?: true;
  /** Its owner knows of no other success of the endpoint since an attempt last failed there, or since it is the owner. */
  readonly afterFailure?: true;
  readonly attempt: AttemptRecord;
}

/**
 * A delivery of an event that was fanned out before: to be made now, as if its first hop had been deferred. So `hop` is
 * 1, and the waiting room puts it back with 2.
 */
export interface DeliveryCreated extends DeliveryFactOf<'delivery.created'>, OfRequest {
  readonly url: string;
  readonly by: 'replay' | 'recover';
  readonly actor: string;
  readonly dueAtMs: number;
  readonly lane: Lane;
}

/**
 * Why a delivery waits: its attempt failed (`retry`); its endpoint is paused, has all it can take in hand (`busy`), is
 * over its `rateLimit` or has an open circuit; or an earlier event of its ordering key has not ended yet.
 */
export const deferReasons = ['retry', 'paused', 'busy', 'rate_limited', 'circuit_open', 'ordering'] as const;
export type DeferReason = (typeof deferReasons)[number];

export interface DeliveryDeferred extends DeliveryFactOf<'delivery.deferred'> {
  readonly reason: DeferReason;
  readonly dueAtMs: number;
  /** The lane on which it comes back. */
  readonly lane: Lane;
  readonly attempt?: AttemptRecord;
  /** As the next hop has it. */
  readonly traceparent?: string;
  /** As the next hop has it. */
  readonly formerAttempt?: string;
}

export const deadLetterReasons = [
  'exhausted',
  'non_retryable',
  'gone',
  'expired',
  'endpoint_disabled',
  'endpoint_deleted',
  'invalid_event',
  'poison',
  'event_erased',
] as const;
export type DeadLetterReason = (typeof deadLetterReasons)[number];

export interface DeliveryDied extends DeliveryFactOf<'delivery.died'> {
  readonly reason: DeadLetterReason;
  readonly lastStatus: number | null;
  readonly lastError: AttemptError | null;
  readonly attempt?: AttemptRecord;
  /** W3C Trace Context of what it belongs to, where there was no attempt that says it. */
  readonly traceparent?: string;
}

export interface DeliveryReopened extends DeliveryFactOf<'delivery.reopened'>, OfRequest {
  readonly by: 'retry' | 'redrive' | 'recover';
  readonly actor: string;
  readonly dueAtMs: number;
  readonly lane: Lane;
}

export interface DeliveryDiscarded extends DeliveryFactOf<'delivery.discarded'>, OfRequest {
  /** Absent in facts up to 0.1.0. */
  readonly actor?: string;
}

export interface AttemptError {
  /** Stable: `timeout`, `connection_refused`, `dns_failed`, `tls_failed`, … */
  readonly code: string;
  readonly message: string;
}

export interface AttemptTiming {
  readonly dnsMs?: number;
  readonly connectMs?: number;
  readonly tlsMs?: number;
  readonly firstByteMs?: number;
}

export interface AttemptRecord {
  readonly attemptId: string;
  /** From 1, over the whole life of the delivery. */
  readonly number: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly timing: AttemptTiming;
  readonly request: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  readonly response?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** As text; what is not UTF-8 shows as U+FFFD. */
    readonly body: string;
    readonly truncated: boolean;
  };
  readonly error?: AttemptError;
  readonly outcome: 'succeeded' | 'retry' | 'dead';
}

/** What becomes of a delivery after its creation. */
export type DeliveryFact =
  DeliverySucceeded | DeliveryDeferred | DeliveryDied | DeliveryReopened | DeliveryDiscarded;
export type EventFact = EventFannedOut | EventUnmatched | EventInvalid | EventDiscarded | EventErased;
export type LogFact = EventFact | DeliveryCreated | DeliveryFact;

export const factNames = [
  'event.fanned_out',
  'event.unmatched',
  'event.invalid',
  'event.discarded',
  'event.erased',
  'delivery.created',
  'delivery.succeeded',
  'delivery.deferred',
  'delivery.died',
  'delivery.reopened',
  'delivery.discarded',
] as const satisfies readonly LogFact['fact'][];

/**
 * Where most facts go: deliveries that succeeded at once. Nothing of them ever waited or died, so whoever keeps what
 * waits and what died need not read them; nor whoever looks whether an endpoint has recovered (`afterFailure`).
 */
export const firstSuccess = 'delivery.succeeded.first';

export function factSubject(fact: LogFact): string {
  return logSubject(fact.tenant, isPlainSuccess(fact) ? firstSuccess : fact.fact);
}

function isPlainSuccess(fact: LogFact): boolean {
  if (fact.fact !== 'delivery.succeeded' || fact.hop !== 1) return false;
  return !fact.late && !fact.ordering && !fact.afterFailure;
}

/** The facts that end a hop, each of them. */
export const hopEndFilters: readonly string[] = [
  firstSuccess,
  'delivery.succeeded',
  'delivery.deferred',
  'delivery.died',
].map(logFilter);

/** All that LOG holds. */
export const everyFactFilter = logFilter('>');

/** Facts that one message of LOG holds at most; with {@link factPosition} each has a position of its own. */
export const maxFactsPerMessage = 1_000;

/** Positions of facts of one message begin with this multiple of the message's own. */
const factsPerPosition = 1_024;

/** The order of facts in LOG as one number: the message's position, then the place in it. */
export function factPosition(seq: number, index: number): number {
  return seq * factsPerPosition + index;
}

/** The message of LOG that has the fact of this position. */
export function messageOfFactPosition(position: number): number {
  return Math.floor(position / factsPerPosition);
}

/** Several facts of one tenant and one name, in their order: a message of LOG. */
export function encodeFacts(facts: readonly LogFact[]): Uint8Array {
  return Buffer.from(JSON.stringify(facts));
}

/**
 * Reads a message of LOG: the facts that were appended together, or (up to 0.1.0) a single one. Only Postel writes
 * there, so this checks what an upgrade could break (the version and the name) and no more.
 * @returns without those that this version does not know: they must be passed over, not stumbled on; `index` is the
 * place in the message
 */
export function parseFacts(bytes: Uint8Array): { readonly index: number; readonly fact: LogFact }[] {
  const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  const known: { index: number; fact: LogFact }[] = [];
  all.forEach((fact, index) => {
    if (isKnown(fact)) known.push({ index, fact });
  });
  return known;
}

const knownNames: ReadonlySet<unknown> = new Set(factNames);

function isKnown(value: unknown): value is LogFact {
  if (typeof value !== 'object' || value === null || !('v' in value) || value.v !== 1) return false;
  return 'fact' in value && knownNames.has(value.fact);
}
