import type { ApiVersion } from './api-version.js';
import { logSubject, type Lane } from './subjects.js';

/**
 * Facts of the stream LOG. Every passage of a delivery through DELIVERIES (a hop) ends in exactly one of
 * `delivery.succeeded`, `delivery.deferred` and `delivery.died`; an attempt travels inside the fact it led to.
 *
 *   event ──▶ event.fanned_out (one or more deliveries) | event.unmatched | event.invalid
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
}

interface DeliveryFactOf<Name extends string> extends FactOf<Name> {
  readonly deliveryId: string;
  readonly endpointId: string;
  /** The hop that this fact ends; for `delivery.reopened` the last one that ended. */
  readonly hop: number;
  readonly attemptsMade: number;
  readonly attemptsBeforeReopen: number;
  readonly apiVersion: ApiVersion;
}

export interface DeliverySucceeded extends DeliveryFactOf<'delivery.succeeded'> {
  readonly attempt: AttemptRecord;
}

export const deferReasons = ['retry', 'paused'] as const;
export type DeferReason = (typeof deferReasons)[number];

export interface DeliveryDeferred extends DeliveryFactOf<'delivery.deferred'> {
  readonly reason: DeferReason;
  readonly dueAtMs: number;
  /** The lane on which it comes back. */
  readonly lane: Lane;
  readonly attempt?: AttemptRecord;
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
] as const;
export type DeadLetterReason = (typeof deadLetterReasons)[number];

export interface DeliveryDied extends DeliveryFactOf<'delivery.died'> {
  readonly reason: DeadLetterReason;
  readonly lastStatus: number | null;
  readonly lastError: AttemptError | null;
  readonly attempt?: AttemptRecord;
}

export interface DeliveryReopened extends DeliveryFactOf<'delivery.reopened'> {
  readonly by: 'retry' | 'redrive';
  readonly actor: string;
  readonly dueAtMs: number;
  readonly lane: Lane;
}

export type DeliveryDiscarded = DeliveryFactOf<'delivery.discarded'>;

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

export type DeliveryFact =
  DeliverySucceeded | DeliveryDeferred | DeliveryDied | DeliveryReopened | DeliveryDiscarded;
export type LogFact = EventFannedOut | EventUnmatched | EventInvalid | DeliveryFact;

export const factNames = [
  'event.fanned_out',
  'event.unmatched',
  'event.invalid',
  'delivery.succeeded',
  'delivery.deferred',
  'delivery.died',
  'delivery.reopened',
  'delivery.discarded',
] as const satisfies readonly LogFact['fact'][];

export function factSubject(fact: LogFact): string {
  return logSubject(fact.tenant, fact.fact);
}

/**
 * One fact per event and part, per delivery and hop: a repeated publish after a lost answer changes nothing.
 * `delivery.reopened` and `.discarded` share the hop they follow, so they carry their name.
 */
export function factMessageId(fact: LogFact): string {
  switch (fact.fact) {
    case 'event.fanned_out':
      return `event:${fact.eventSeq}:${fact.part}`;
    case 'event.unmatched':
    case 'event.invalid':
      return `event:${fact.eventSeq}`;
    case 'delivery.succeeded':
    case 'delivery.deferred':
    case 'delivery.died':
      return `${fact.deliveryId}:${fact.hop}`;
    case 'delivery.reopened':
    case 'delivery.discarded':
      return `${fact.deliveryId}:${fact.hop}:${fact.fact}`;
  }
}

/**
 * Reads a fact of the LOG. Only Postel writes there, so this checks what an upgrade could break (the version and the
 * name) and no more.
 * @returns `null` for a fact that this version does not know; it must be passed over, not stumbled on.
 */
export function parseFact(bytes: Uint8Array): LogFact | null {
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (typeof value !== 'object' || value === null || !('v' in value) || value.v !== 1) return null;
  if (!('fact' in value) || !factNames.some((name) => name === value.fact)) return null;
  return value as LogFact;
}
