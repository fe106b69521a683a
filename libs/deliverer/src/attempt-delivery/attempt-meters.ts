import {
  deadLetterReasons,
  type AttemptRecord,
  type DeadLetterReason,
  type DeliveryFact,
} from '@postel/contracts';
import type { Logger, Meters } from '@postel/telemetry';

export type DeathMeters = Pick<Meters, 'deadLetters' | 'deliveries'>;

/** A delivery ended without success, by an attempt or while it waited. */
export function countDeath({ deadLetters, deliveries }: DeathMeters, reason: DeadLetterReason): void {
  deliveries.inc({ outcome: 'died' });
  deadLetters.inc({ reason });
}

/** Counts what came of a hop, and tells it at the level `debug`. */
export class AttemptMeters {
  /** Looking a label up costs more than counting. */
  private readonly counters = new Map<string, { inc(): void }>();

  constructor(
    private readonly meters: Meters,
    private readonly logger: Logger,
  ) {
    // the first of a series that was not there is no increase, and no alert sees it
    for (const outcome of ['succeeded', 'deferred', 'died']) meters.deliveries.inc({ outcome }, 0);
    for (const reason of deadLetterReasons) meters.deadLetters.inc({ reason }, 0);
  }

  count(fact: DeliveryFact): void {
    const { meters } = this;
    const outcome = fact.fact.slice('delivery.'.length);
    if (fact.fact === 'delivery.died') countDeath(meters, fact.reason);
    else this.counter(outcome, () => meters.deliveries.labels({ outcome })).inc();
    const attempt = 'attempt' in fact ? fact.attempt : undefined;
    if (attempt) this.countAttempt(attempt);
    if (fact.fact === 'delivery.succeeded')
      meters.deliveryLatency.observe((fact.atMs - fact.acceptedAtMs) / 1_000);
    if (this.logger.isLevelEnabled('debug')) this.log(fact, attempt);
  }

  private countAttempt(attempt: AttemptRecord): void {
    const { meters } = this;
    const answered = attempt.response && !attempt.error;
    const status_class = answered ? `${Math.floor(attempt.response.status / 100)}xx` : 'error';
    const { outcome } = attempt;
    this.counter(`${outcome} ${status_class}`, () => meters.attempts.labels({ outcome, status_class })).inc();
    meters.attemptDuration.observe(attempt.durationMs / 1_000);
  }

  private counter(key: string, make: () => { inc(): void }): { inc(): void } {
    let counter = this.counters.get(key);
    if (!counter) this.counters.set(key, (counter = make()));
    return counter;
  }

  private log(fact: DeliveryFact, attempt: AttemptRecord | undefined): void {
    this.logger.debug(
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
