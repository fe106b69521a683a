import {
  deliveryMessageId,
  deliverySubject,
  factMessageId,
  factSubject,
  natsHeaders,
  parseFact,
  partitionOf,
  type ApiVersion,
  type EventFannedOut,
  type LogFact,
} from '@postel/contracts';
import {
  ack,
  PublishError,
  readMessage,
  retryAfter,
  type BatchingPublisher,
  type Broker,
  type ConfigTables,
  type IncomingMessage,
  type Outcome,
} from '@postel/jetstream';
import { convert } from '@postel/payload-versions';
import type { Logger, Meters } from '@postel/telemetry';
import { firstHop, planFanOut, type FanOutPlan } from './plan-fan-out.js';
import type { Subscriptions } from './subscriptions.js';

export interface FanOutParts {
  readonly broker: Broker;
  readonly tables: ConfigTables;
  readonly subscriptions: Subscriptions;
  readonly log: BatchingPublisher;
  readonly deliveries: BatchingPublisher;
  readonly partitions: number;
  readonly maxEventBytes: number;
  readonly tenantExists: (tenant: string) => boolean;
  readonly logger: Logger;
  readonly meters: Meters;
  readonly nowMs: () => number;
}

const encoder = new TextEncoder();

/**
 * One event, one fact, one delivery an endpoint. The fact is stored before the deliveries are published, so that the
 * log never tells an outcome before a creation; all is repeated safely after a crash, because ids are made from the
 * event's position.
 */
export class FanOut {
  constructor(private readonly parts: FanOutParts) {}

  async handle(batch: readonly IncomingMessage[]): Promise<Promise<Outcome>[]> {
    await this.catchUpWithConfig(batch);
    return batch.map((message) => this.fanOut(message));
  }

  /** An event that was accepted after an endpoint was created must find it. */
  private async catchUpWithConfig(batch: readonly IncomingMessage[]): Promise<void> {
    const { tables } = this.parts;
    const stamps = batch.map((message) => Number(message.header(natsHeaders.configSequence) ?? NaN));
    const unstamped = stamps.some((stamp) => !Number.isSafeInteger(stamp));
    await tables.reached(unstamped ? await tables.lastSequence() : Math.max(...stamps));
  }

  private async fanOut(message: IncomingMessage): Promise<Outcome> {
    const { subscriptions, tables, tenantExists, maxEventBytes, nowMs } = this.parts;
    const plan = planFanOut(message, {
      nowMs: nowMs(),
      maxEventBytes,
      tenantExists,
      match: (tenant, type, channels) => subscriptions.match(tenant, type, channels),
      endpoint: (id) => tables.endpoint(id),
    });
    try {
      await this.carryOut(plan, message);
      return ack();
    } catch (error) {
      if (!(error instanceof PublishError) || error.kind === 'refused') throw error;
      return retryAfter(1_000); // the broker has no room or is away: nothing is lost, it comes again
    }
  }

  private async carryOut(plan: FanOutPlan, message: IncomingMessage): Promise<void> {
    this.count(plan, message);
    if (plan.kind !== 'fanned-out') {
      await this.append(plan.fact);
      return;
    }
    const bodies = new Map<ApiVersion, Uint8Array>();
    const bodyFor = (version: ApiVersion): Uint8Array => {
      const body = bodies.get(version) ?? convert(plan.event.envelope, version);
      bodies.set(version, body);
      return body;
    };
    for (const planned of plan.facts) {
      const fact = await this.append(planned);
      await this.publishDeliveries(fact, bodyFor, message);
    }
  }

  /** @returns the fact that the log has: after a crash that may be an earlier one with other endpoints */
  private async append<Fact extends LogFact>(fact: Fact): Promise<Fact> {
    const { seq, duplicate } = await this.parts.log.publish({
      subject: factSubject(fact),
      payload: encoder.encode(JSON.stringify(fact)),
      messageId: factMessageId(fact),
    });
    if (!duplicate || fact.fact !== 'event.fanned_out') return fact;
    const stored = await readMessage(this.parts.broker, 'LOG', seq);
    const earlier = stored ? parseFact(stored.payload) : null;
    return earlier?.fact === fact.fact ? (earlier as Fact) : fact;
  }

  private async publishDeliveries(
    fact: EventFannedOut,
    bodyFor: (version: ApiVersion) => Uint8Array,
    message: IncomingMessage,
  ): Promise<void> {
    const { deliveries, partitions, tables } = this.parts;
    const traceparent = message.header(natsHeaders.traceparent);
    await Promise.all(
      fact.deliveries.map((created) => {
        const meta = firstHop(fact, created, tables.sequence);
        return deliveries.publish({
          subject: deliverySubject(
            'delivery',
            partitionOf(created.endpointId, partitions),
            created.endpointId,
          ),
          payload: bodyFor(created.apiVersion),
          messageId: deliveryMessageId(meta),
          headers: {
            [natsHeaders.delivery]: JSON.stringify(meta),
            ...(traceparent === undefined ? {} : { [natsHeaders.traceparent]: traceparent }),
          },
        });
      }),
    );
  }

  private count(plan: FanOutPlan, message: IncomingMessage): void {
    if (message.deliveryCount > 1 || plan.kind !== 'refused') return;
    const { logger, meters } = this.parts;
    meters.eventsRejected.inc({ door: 'nats', code: plan.fact.code });
    logger.warn(
      { tenant: plan.fact.tenant, eventId: plan.fact.eventId, eventSeq: message.seq, code: plan.fact.code },
      'event refused',
    );
  }
}
