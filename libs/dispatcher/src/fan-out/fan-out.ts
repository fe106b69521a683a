import {
  deliveryMessageId,
  deliverySubject,
  encodeDelivery,
  eventTypeOfSubject,
  isOperationalEventType,
  natsHeaders,
  partitionOf,
  passedOn,
  type ApiVersion,
  type DeliveryMeta,
  type EventFannedOut,
  type EventInvalid,
  type LogFact,
} from '@postel/contracts';
import {
  ack,
  isBrokerUnavailable,
  waitHere,
  type BatchingPublisher,
  type Broker,
  type ConfigTables,
  type FactLog,
  type IncomingMessage,
  type OutgoingMessage,
  type Outcome,
} from '@postel/jetstream';
import { eventIdOfPosition } from '@postel/domain';
import { convert } from '@postel/payload-versions';
import {
  componentLogger,
  Tally,
  traceField,
  type Failpoints,
  type Logger,
  type Meters,
  type Tracing,
} from '@postel/telemetry';
import type { Catalogue } from './catalogue.js';
import { EarlierFanOuts, type EarlierFanOut } from './earlier-fan-outs.js';
import { firstHop, holdBack, planFanOut, type FanOutContext, type FanOutPlan } from './plan-fan-out.js';
import type { Subscriptions } from './subscriptions.js';
import { TracedFanOut } from './traced-fan-out.js';

export interface FanOutParts {
  readonly broker: Broker;
  readonly tables: ConfigTables;
  readonly subscriptions: Subscriptions;
  readonly catalogue: Catalogue;
  readonly log: FactLog;
  readonly deliveries: BatchingPublisher;
  readonly partitions: number;
  readonly maxEventBytes: number;
  readonly tenantExists: (tenant: string) => boolean;
  readonly failpoints: Failpoints;
  readonly logger: Logger;
  readonly meters: Meters;
  readonly tracing: Tracing | null;
  readonly nowMs: () => number;
}

/**
 * An event handed out this often has failed each time, by a fault of ours, or has brought its worker down; it ends as a
 * dead letter. What only waits for the broker is not handed out anew, and so never counts.
 */
const poisonAfter = 20;

/** What becomes of one event: facts to store, then messages to publish. */
interface Work {
  readonly facts: readonly LogFact[];
  readonly messages: readonly OutgoingMessage[];
  readonly traced?: TracedFanOut | undefined;
}

/**
 * Events that came together: their facts are stored together, then their deliveries are published together. In that
 * order, so that the log never tells an outcome before a creation; and repeated safely after a crash, because what the
 * log has already is taken from there, and a delivery's id is made from the event's position.
 */
export class FanOut {
  private readonly earlierFanOuts: EarlierFanOuts;
  private readonly logger: Logger;
  private readonly tally: Tally;

  constructor(private readonly parts: FanOutParts) {
    this.earlierFanOuts = new EarlierFanOuts(parts.broker);
    this.logger = componentLogger(parts.logger, 'fan-out');
    this.tally = new Tally({ logger: this.logger, message: 'events fanned out' });
  }

  async handle(batch: readonly IncomingMessage[]): Promise<Promise<Outcome>[]> {
    try {
      return await this.fanOutAll(batch);
    } catch (error) {
      if (!isBrokerUnavailable(error)) throw error;
      return batch.map(() => Promise.resolve(waitHere()));
    }
  }

  private async fanOutAll(batch: readonly IncomingMessage[]): Promise<Promise<Outcome>[]> {
    const startedAtMs = this.parts.nowMs();
    // an event that was accepted after an endpoint was created must find it: whoever accepted the one may not have known
    // of the other, so only CONFIG itself can say how far that is
    await this.parts.tables.catchUp();
    const earlier = await this.earlierFanOuts.of(batch);
    const context = this.contextNow();
    const works: Work[] = [];
    const planned: (number | Promise<never>)[] = batch.map((message) => {
      const traced = TracedFanOut.begin(this.parts.tracing, message, startedAtMs);
      try {
        const work =
          message.deliveryCount > poisonAfter
            ? { facts: [poisoned(message, context.nowMs)], messages: [], traced }
            : this.workOf(message, context, earlier.get(message.seq), traced);
        return works.push(work) - 1;
      } catch (error) {
        traced?.failed('internal_error');
        // a fault of ours with this one event must not hold up the others
        return Promise.reject(error);
      }
    });
    const carriedOut = this.carryOut(works);
    return planned.map((work) => (typeof work === 'number' ? (carriedOut[work] as Promise<Outcome>) : work));
  }

  private contextNow(): FanOutContext {
    const { catalogue, subscriptions, tables, tenantExists, maxEventBytes, nowMs } = this.parts;
    return {
      catalogue,
      nowMs: nowMs(),
      maxEventBytes,
      tenantExists,
      isErased: (tenant, storedAtMs) => tables.deletedTenants.isErased(tenant, storedAtMs),
      match: (tenant, event) => subscriptions.match(tenant, event),
      endpoint: (id) => tables.endpoint(id),
      hasOpenCircuit: (id) => tables.circuitOf(id) !== null,
    };
  }

  private workOf(
    message: IncomingMessage,
    context: FanOutContext,
    earlier: EarlierFanOut | undefined,
    traced: TracedFanOut | undefined,
  ): Work {
    const plan = planFanOut(message, context, earlier !== undefined);
    this.count(plan, message);
    traced?.planned(plan);
    if (plan.kind !== 'fanned-out') return { facts: earlier ? [] : [plan.fact], messages: [], traced };
    const traceparent = traced?.traceparent ?? passedOn(message.header(natsHeaders.traceparent));
    const fannedOut = earlier?.facts ?? plan.facts;
    const facts: LogFact[] = earlier ? [] : [...plan.facts];
    const messages: OutgoingMessage[] = [];
    const bodyFor = bodies(plan.event.envelope);
    for (const fact of fannedOut) {
      for (const meta of this.firstHops(fact, traceparent)) {
        if (earlier?.ended.has(meta.deliveryId)) continue;
        const held = earlier ? null : holdBack(meta, plan.event.orderingKey, context);
        if (held) facts.push(held);
        else messages.push(this.messageOf(meta, bodyFor(meta.apiVersion)));
      }
    }
    return { facts, messages, traced };
  }

  private firstHops(fact: EventFannedOut, traceparent: string | undefined): DeliveryMeta[] {
    return fact.deliveries.map((created) => ({
      ...firstHop(fact, created, this.parts.tables.sequence),
      ...(traceparent === undefined ? {} : { traceparent }),
    }));
  }

  private messageOf(meta: DeliveryMeta, body: Uint8Array): OutgoingMessage {
    const { endpointId } = meta;
    return {
      subject: deliverySubject('delivery', partitionOf(endpointId, this.parts.partitions), endpointId),
      payload: encodeDelivery(meta, body),
      messageId: deliveryMessageId(meta),
    };
  }

  /** Together; but what the broker refuses for good fails its own event alone. */
  private carryOut(works: readonly Work[]): Promise<Outcome>[] {
    if (works.length === 0) return [];
    const { deliveries, failpoints } = this.parts;
    const stored = this.storeFacts(works);
    const published = works.map(({ messages }) => stored.then(() => deliveries.publishAll(messages)));
    const all = Promise.allSettled(published).then(() => failpoints.hit('dispatcher.after-deliveries'));
    return published.map((own, index) => this.outcomeOf(own, all, works[index]?.traced));
  }

  private async storeFacts(works: readonly Work[]): Promise<void> {
    await this.parts.log.append(...works.flatMap(({ facts }) => facts));
    await this.parts.failpoints.hit('dispatcher.after-fact');
  }

  private async outcomeOf(
    published: Promise<void>,
    all: Promise<void>,
    traced: TracedFanOut | undefined,
  ): Promise<Outcome> {
    try {
      await published;
      await all;
      traced?.done();
      return ack();
    } catch (error) {
      traced?.failed(isBrokerUnavailable(error) ? 'broker_unavailable' : 'internal_error');
      if (!isBrokerUnavailable(error)) throw error;
      return waitHere(); // the broker has no room or is away
    }
  }

  private count(plan: FanOutPlan, message: IncomingMessage): void {
    if (message.isAgain) return;
    if (plan.kind === 'refused') return this.countRefused(plan.fact, message);
    if (cameByNats(message)) this.parts.meters.eventsAccepted.inc({ door: 'nats' });
    this.tally.count(plan.kind);
    if (!this.logger.isLevelEnabled('debug')) return;
    const deliveries = plan.kind === 'fanned-out' ? plan.facts.flatMap((fact) => fact.deliveries).length : 0;
    this.logger.debug({ ...aboutEvent(message), outcome: plan.kind, deliveries }, 'event');
  }

  /** The first of a minute at `warn`: a producer on NATS can send thousands a second, and hears of none of them. */
  private countRefused({ tenant, eventId, code }: EventInvalid, message: IncomingMessage): void {
    const { meters } = this.parts;
    meters.deadLetters.inc({ reason: 'invalid_event' });
    meters.eventsRejected.inc({ door: 'nats', code });
    const level = this.tally.count(`refused: ${code}`) ? 'warn' : 'debug';
    this.logger[level]({ tenant, eventId, ...aboutEvent(message), code }, 'event refused');
  }
}

function aboutEvent(message: IncomingMessage): object {
  return { eventSeq: message.seq, ...traceField(message.header(natsHeaders.traceparent)) };
}

/** ingest leaves its mark on what came by it; and what we tell the operator came by no door. */
function cameByNats(message: IncomingMessage): boolean {
  return (
    message.header(natsHeaders.configSequence) === undefined &&
    !isOperationalEventType(eventTypeOfSubject(message.subject))
  );
}

function poisoned({ seq, storedAtMs, subject }: IncomingMessage, nowMs: number): LogFact {
  return {
    v: 1,
    fact: 'event.invalid',
    tenant: 'default',
    eventId: eventIdOfPosition(storedAtMs, seq),
    eventSeq: seq,
    type: eventTypeOfSubject(subject),
    acceptedAtMs: storedAtMs,
    atMs: nowMs,
    code: 'internal_error',
    message: `It could not be fanned out, ${poisonAfter} times`,
  };
}

/** An event in the versions that its endpoints pin, each converted once. */
function bodies(envelope: Uint8Array): (version: ApiVersion) => Uint8Array {
  const made = new Map<ApiVersion, Uint8Array>();
  return (version) => {
    const body = made.get(version) ?? convert(envelope, version);
    made.set(version, body);
    return body;
  };
}
