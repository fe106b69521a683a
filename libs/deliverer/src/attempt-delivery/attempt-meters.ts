import {
  deadLetterReasons,
  type AttemptRecord,
  type DeadLetterReason,
  type DeliveryFact,
  type DeliveryMeta,
} from '@postel/contracts';
import {
  componentLogger,
  Tally,
  traceFields,
  type Logger,
  type Meters,
  type TraceFields,
} from '@postel/telemetry';
import type { TracedHop } from './traced-hop.js';
import { traceparentOf } from './traceparent.js';

/** What of a passage through DELIVERIES ties it to a trace. */
export interface TracedPassage {
  readonly meta: DeliveryMeta;
  /** While tracing is on. */
  readonly traced?: Pick<TracedHop, 'traceparent'> | undefined;
}

export type DeathMeters = Pick<Meters, 'deadLetters' | 'deliveries'>;

/** A delivery ended without success, by an attempt or while it waited. */
export function countDeath({ deadLetters, deliveries }: DeathMeters, reason: DeadLetterReason): void {
  deliveries.inc({ outcome: 'died' });
  deadLetters.inc({ reason });
}

/**
 * Counts what came of a hop. In the log each is told at `debug`, well or not: receivers fail all day, and whoever has to know
 * is told by alerts. At `info` a line a minute says how many there were of each outcome.
 */
export class AttemptMeters {
  /** Looking a label up costs more than counting. */
  private readonly counters = new Map<string, { inc(): void }>();

  private readonly logger: Logger;
  private readonly tally: Tally;

  constructor(
    private readonly meters: Meters,
    logger: Logger,
  ) {
    this.logger = componentLogger(logger, 'attempts');
    this.tally = new Tally({ logger: this.logger, message: 'attempts' });
    // the first of a series that was not there is no increase, and no alert sees it
    for (const outcome of ['succeeded', 'deferred', 'died']) meters.deliveries.inc({ outcome }, 0);
    for (const reason of deadLetterReasons) meters.deadLetters.inc({ reason }, 0);
    meters.attempts.inc({ outcome: 'succeeded', status_class: '2xx' }, 0);
    for (const outcome of ['retry', 'dead'])
      for (const status_class of ['3xx', '4xx', '5xx', 'error'])
        meters.attempts.inc({ outcome, status_class }, 0);
  }

  /** What has come together since the last line, at the end. */
  tell(): void {
    this.tally.tell();
  }

  count(fact: DeliveryFact, passage: TracedPassage): void {
    const { meters } = this;
    const outcome = fact.fact.slice('delivery.'.length);
    if (fact.fact === 'delivery.died') countDeath(meters, fact.reason);
    else this.counter(outcome, () => meters.deliveries.labels({ outcome })).inc();
    const attempt = 'attempt' in fact ? fact.attempt : undefined;
    if (attempt) this.countAttempt(attempt);
    if (fact.fact === 'delivery.succeeded')
      meters.deliveryLatency.observe((fact.atMs - fact.acceptedAtMs) / 1_000);
    this.tally.count(outcome, attempt?.durationMs);
    if (this.logger.isLevelEnabled('debug')) this.log(fact, attempt, passage);
  }

  private countAttempt(attempt: AttemptRecord): void {
    const { meters } = this;
    const status_class = statusClassOf(attempt);
    const { outcome } = attempt;
    this.counter(`${outcome} ${status_class}`, () => meters.attempts.labels({ outcome, status_class })).inc();
    meters.attemptDuration.observe(attempt.durationMs / 1_000);
  }

  private counter(key: string, make: () => { inc(): void }): { inc(): void } {
    let counter = this.counters.get(key);
    if (!counter) this.counters.set(key, (counter = make()));
    return counter;
  }

  private log(fact: DeliveryFact, attempt: AttemptRecord | undefined, passage: TracedPassage): void {
    this.logger.debug(
      {
        tenant: fact.tenant,
        deliveryId: fact.deliveryId,
        endpointId: fact.endpointId,
        eventId: fact.eventId,
        hop: fact.hop,
        attemptNumber: attempt?.number ?? null,
        outcome: fact.fact,
        status: attempt?.response?.status ?? null,
        errorCode: attempt?.error?.code ?? null,
        durationMs: attempt?.durationMs ?? null,
        ...placeOf(passage, attempt),
      },
      'attempt',
    );
  }
}

/** A status that HTTP does not have is one of the server's faults (RFC 9110 section 15), and makes no class of its own. */
function statusClassOf({ error, response }: AttemptRecord): string {
  if (error || !response) return 'error';
  const isOfHttp = response.status >= 100 && response.status < 600;
  return isOfHttp ? `${Math.floor(response.status / 100)}xx` : '5xx';
}

/**
 * What the receiver was sent; where nothing was, the passage, or without tracing the trace that the attempts to come will
 * be in.
 */
function placeOf({ meta, traced }: TracedPassage, attempt: AttemptRecord | undefined): TraceFields {
  const sent = attempt?.request.headers['traceparent'];
  if (traced) return traceFields({ traceparent: sent ?? traced.traceparent });
  return traceFields(undefined, sent ?? meta.traceparent ?? traceparentOf(meta, meta.attemptsMade + 1));
}
