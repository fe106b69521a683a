import {
  decodeDelivery,
  deliveryMessageId,
  natsHeaders,
  type AttemptRecord,
  type DeliveryFact,
  type DeliveryMeta,
  type EndpointState,
  type RetryPolicy,
} from '@postel/contracts';
import { concludeAttempt, deferWithoutAttempt, dieWithoutAttempt, maxAttempts } from '@postel/domain';
import type { Sender, SendResult } from '@postel/http-sender';
import {
  ack,
  discard,
  type ConfigTables,
  type FactLog,
  type IncomingMessage,
  type Outcome,
} from '@postel/jetstream';
import { bodyForAttempt } from '@postel/payload-versions';
import { signHeaders } from '@postel/signing';
import type { Logger, Meters } from '@postel/telemetry';
import { traceparentOf } from './traceparent.js';
import type { EndpointGate } from './endpoint-gate.js';
import type { EndpointSecrets } from './endpoint-secrets.js';
import type { FinishedHops } from './finished-hops.js';

export interface AttemptParts {
  readonly tables: ConfigTables;
  readonly secrets: EndpointSecrets;
  readonly sender: Sender;
  readonly gate: EndpointGate;
  readonly finished: FinishedHops;
  readonly log: FactLog;
  readonly defaultRetry: RetryPolicy;
  readonly userAgent: string;
  readonly logger: Logger;
  readonly meters: Meters;
  readonly newAttemptId: () => string;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly isStopping: () => boolean;
}

/** A message handed out this often has brought its worker down each time; it ends as a dead letter. */
const poisonAfter = 20;

/**
 * One attempt of a delivery: find the endpoint, wait for a place, sign, send, store what came of it, acknowledge.
 * The outcome is stored before the ack, so a crash between repeats an attempt and never loses one.
 */
export class AttemptDelivery {
  constructor(private readonly parts: AttemptParts) {}

  handle(batch: readonly IncomingMessage[]): Promise<Outcome>[] {
    return batch.map((message) => this.handleOne(message));
  }

  private async handleOne(message: IncomingMessage): Promise<Outcome> {
    const decoded = decodeDelivery(message.payload, () => message.header(natsHeaders.delivery));
    if (!decoded) {
      this.parts.logger.error(
        { seq: message.seq, subject: message.subject },
        'a message that is no delivery was thrown away',
      );
      return discard('no delivery');
    }
    const { meta, body } = decoded;
    const hop = deliveryMessageId(meta);
    if (this.parts.finished.has(hop)) return ack();
    const fact = await this.conclude(meta, body, message.deliveryCount);
    await this.parts.log.append(fact);
    this.parts.finished.add(hop);
    this.count(fact);
    return ack();
  }

  private async conclude(meta: DeliveryMeta, body: Uint8Array, deliveryCount: number): Promise<DeliveryFact> {
    const { gate, nowMs, tables } = this.parts;
    if (deliveryCount > poisonAfter) return dieWithoutAttempt(meta, 'poison', nowMs());
    if (meta.configSequence !== undefined) await tables.reached(meta.configSequence);
    const early = this.withoutAttempt(meta);
    if (early) return early;
    // while it waited for its place the endpoint may have been paused, disabled or deleted
    return gate.run(
      meta.endpointId,
      async () => this.withoutAttempt(meta) ?? (await this.attempt(meta, body)),
    );
  }

  private withoutAttempt(meta: DeliveryMeta): DeliveryFact | null {
    const nowMs = this.parts.nowMs();
    const state = this.endpointOf(meta);
    if (!state) return dieWithoutAttempt(meta, 'endpoint_deleted', nowMs);
    if (state.status === 'disabled') return dieWithoutAttempt(meta, 'endpoint_disabled', nowMs);
    if (state.status === 'paused') {
      return deferWithoutAttempt({ meta, reason: 'paused', dueAtMs: nowMs, lane: 'retry', nowMs });
    }
    return null;
  }

  private endpointOf(meta: DeliveryMeta): EndpointState | null {
    const state = this.parts.tables.endpoint(meta.endpointId)?.state;
    return state && state.tenant === meta.tenant ? state : null;
  }

  private async attempt(meta: DeliveryMeta, payload: Uint8Array): Promise<DeliveryFact> {
    const { defaultRetry, meters, nowMs, random, sender } = this.parts;
    const endpoint = this.endpointOf(meta) as EndpointState; // withoutAttempt found it in this same turn
    const policy = endpoint.retry ?? defaultRetry;
    const attemptNumber = meta.attemptsMade + 1;
    const retryable = attemptNumber - meta.attemptsBeforeReopen < maxAttempts(policy);
    const body = bodyForAttempt(payload, meta.apiVersion, { attemptNumber, retryable });
    const traceparent = meta.traceparent ?? traceparentOf(meta, attemptNumber);
    const headers = this.headersOf(meta, endpoint, attemptNumber, body, traceparent);
    meters.deliveriesInFlight.inc();
    const result = await sender
      .send({ url: endpoint.url, headers, body, timeoutMs: endpoint.timeoutMs })
      .finally(() => meters.deliveriesInFlight.dec());
    const attempt = this.recordOf(attemptNumber, endpoint, headers, result);
    return concludeAttempt({ meta, attempt, policy, random: random(), nowMs: nowMs() });
  }

  private headersOf(
    meta: DeliveryMeta,
    endpoint: EndpointState,
    attemptNumber: number,
    body: Uint8Array,
    traceparent: string,
  ): Record<string, string> {
    const { nowMs, secrets, userAgent } = this.parts;
    const atMs = nowMs();
    return {
      ...endpoint.headers,
      'content-type': 'application/json',
      'user-agent': userAgent,
      traceparent,
      ...signHeaders({
        schemes: endpoint.signature.schemes,
        secrets: secrets.signingSecrets(meta.tenant, meta.endpointId, atMs),
        messageId: meta.eventId,
        deliveryId: meta.deliveryId,
        attemptNumber,
        timestampSec: Math.floor(atMs / 1_000),
        body,
      }),
    };
  }

  private recordOf(
    number: number,
    endpoint: EndpointState,
    headers: Record<string, string>,
    result: SendResult,
  ): Omit<AttemptRecord, 'outcome'> {
    return {
      attemptId: this.parts.newAttemptId(),
      number,
      startedAtMs: result.startedAtMs,
      durationMs: result.durationMs,
      timing: result.timing,
      request: { url: endpoint.url, headers: masked(headers, endpoint.headers) },
      ...(result.response ? { response: result.response } : {}),
      ...(result.error ? { error: result.error } : {}),
    };
  }

  private count(fact: DeliveryFact): void {
    const { logger, meters } = this.parts;
    meters.deliveries.inc({ outcome: fact.fact.slice('delivery.'.length) });
    const attempt = 'attempt' in fact ? fact.attempt : undefined;
    if (attempt) {
      const statusClass =
        attempt.response && !attempt.error ? `${Math.floor(attempt.response.status / 100)}xx` : 'error';
      meters.attempts.inc({ outcome: attempt.outcome, status_class: statusClass });
      meters.attemptDuration.observe(attempt.durationMs / 1_000);
    }
    if (fact.fact === 'delivery.succeeded')
      meters.deliveryLatency.observe((fact.atMs - fact.acceptedAtMs) / 1_000);
    if (fact.fact === 'delivery.died') meters.deadLetters.inc({ reason: fact.reason });
    logger.debug(
      {
        tenant: fact.tenant,
        deliveryId: fact.deliveryId,
        endpointId: fact.endpointId,
        eventId: fact.eventId,
        hop: fact.hop,
        outcome: fact.fact,
        status: attempt?.response?.status ?? null,
        errorCode: attempt?.error?.code ?? null,
        durationMs: attempt?.durationMs ?? null,
      },
      'attempt',
    );
  }
}

/** Custom headers may be credentials of the receiver: their names are recorded, their values are not. */
function masked(
  sent: Record<string, string>,
  custom: Readonly<Record<string, string>>,
): Record<string, string> {
  const result = { ...sent };
  for (const name in custom) result[name] = '***';
  return result;
}
