import type { OnApplicationShutdown } from '@nestjs/common';
import {
  deliveryMessageId,
  deliverySubject,
  encodeDelivery,
  natsHeaders,
  partitionOf,
  passedOn,
  type ApiVersion,
  type DeliveryMeta,
  type EventFannedOut,
  type LogFact,
} from '@postel/contracts';
import {
  ack,
  inTrace,
  isBrokerUnavailable,
  waitHere,
  type BatchingPublisher,
  type Broker,
  type ConfigTables,
  type FactLog,
  type HandOuts,
  type IncomingMessage,
  type OutgoingMessage,
  type Outcome,
} from '@postel/jetstream';
import { convert } from '@postel/payload-versions';
import type { Failpoints, Logger, Meters, Tracing } from '@postel/telemetry';
import type { Catalogue } from './catalogue.js';
import { cutOffEvent, endUnfinished, poisonAfter, type CutOff } from './cut-off.js';
import { EarlierFanOuts, type EarlierFanOut } from './earlier-fan-outs.js';
import { FanOutMeters } from './fan-out-meters.js';
import { firstHop, holdBack, planFanOut, type FanOutContext } from './plan-fan-out.js';
import { publishPacked } from './publish-packed.js';
import type { Subscriptions } from './subscriptions.js';
import { TracedFanOut } from './traced-fan-out.js';

export interface FanOutParts {
  readonly broker: Broker;
  readonly handOuts: Pick<HandOuts, 'sinceMs'>;
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

/** What becomes of one event: facts to store, then messages to publish. */
interface Work {
  /** All of them are stored, or none. */
  readonly facts: readonly LogFact[];
  /** After them; one that is missing is made up for by the deliverer, which gets the delivery then. */
  readonly held?: readonly LogFact[];
  readonly messages: readonly OutgoingMessage[];
  readonly traced?: TracedFanOut | undefined;
  readonly onStored?: () => void;
}

/**
 * Events that came together: their facts are stored together, then their deliveries are published together. In that
 * order, so that the log never tells an outcome before a creation; and repeated safely after a crash, because what the
 * log has already is taken from there, and a delivery's id is made from the event's position.
 */
export class FanOut implements OnApplicationShutdown {
  private readonly earlierFanOuts: EarlierFanOuts;
  private readonly meters: FanOutMeters;
  private latestOrderedAtMs = -Infinity;

  constructor(private readonly parts: FanOutParts) {
    this.earlierFanOuts = new EarlierFanOuts(parts.broker, parts.handOuts);
    this.meters = new FanOutMeters(parts.meters, parts.logger);
  }

  /** When something was fanned out last that waits for its number: it gets that after all that was accepted before it. */
  orderedAtMs(): number {
    return this.latestOrderedAtMs;
  }

  /** Nothing comes any more. */
  onApplicationShutdown(): void {
    this.meters.tell();
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
            ? this.cutOff(message, context, earlier.get(message.seq), traced)
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
    const plan = planFanOut(message, context, earlier?.facts);
    this.meters.count(plan, message, traced);
    traced?.planned(plan);
    if (plan.kind === 'unmatched') return { facts: earlier ? [] : [plan.fact], messages: [], traced };
    const traceparent = placeOf(message, traced);
    if (plan.kind === 'refused')
      return { facts: earlier ? [] : [inTrace(plan.fact, traceparent)], messages: [], traced };
    const fannedOut = earlier?.facts ?? plan.facts;
    const facts: LogFact[] = earlier ? [] : [...plan.facts];
    const held: LogFact[] = [];
    const messages: OutgoingMessage[] = [];
    const bodyFor = bodies(plan.event.envelope);
    const isByHand = message.header(natsHeaders.onlyEndpoint) !== undefined;
    for (const fact of fannedOut) {
      for (const hop of this.firstHops(fact, traceparent)) {
        const meta: DeliveryMeta = isByHand ? { ...hop, isByHand } : hop;
        if (earlier?.ended.has(meta.deliveryId)) continue;
        const wait = holdBack(meta, plan.event.orderingKey, context);
        if (wait?.reason === 'ordering') {
          // without its wait an ordered delivery would pass those before it: told again where the log, read while a batch
          // of it was being stored or by a replica that is behind, had the fan-out alone
          this.latestOrderedAtMs = context.nowMs;
          facts.push(wait);
        } else if (wait && !earlier) held.push(wait);
        else messages.push(this.messageOf(meta, bodyFor(meta.apiVersion)));
      }
    }
    return { facts, held, messages, traced };
  }

  /** Unread: its payload may be what brings us down. */
  private cutOff(
    message: IncomingMessage,
    context: FanOutContext,
    earlier: EarlierFanOut | undefined,
    traced: TracedFanOut | undefined,
  ): Work {
    const traceparent = placeOf(message, traced);
    const facts: readonly CutOff[] = earlier
      ? endUnfinished(earlier, (fact) => this.firstHops(fact, traceparent), context.nowMs)
      : [cutOffEvent(message, context, traceparent)];
    const [first] = facts;
    if (first?.fact === 'event.invalid') traced?.planned({ kind: 'refused', fact: first });
    // what is not stored comes again, and is counted then
    const onStored = () => this.meters.countCutOff(facts, message, traced);
    return { facts, messages: [], traced, onStored };
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
    const published = publishPacked(
      deliveries,
      stored,
      works.map(({ messages }) => messages),
    );
    const all = Promise.allSettled(published).then(() => failpoints.hit('dispatcher.after-deliveries'));
    return published.map((own, index) => this.outcomeOf(own, all, works[index]?.traced));
  }

  private async storeFacts(works: readonly Work[]): Promise<void> {
    const appended = works
      .flatMap(({ facts, held = [] }) => [facts, held])
      .filter((facts) => facts.length > 0)
      .map((facts) => this.parts.log.append(...facts));
    // none is under way any more when an event is tried again
    await Promise.allSettled(appended);
    await Promise.all(appended);
    for (const { onStored } of works) onStored?.();
    await this.parts.failpoints.hit('dispatcher.after-fact');
  }

  private async outcomeOf(
    published: Promise<unknown>,
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
}

/** Where what becomes of an event belongs: to its fan-out, or without tracing to what its producer sent. */
function placeOf(message: IncomingMessage, traced: TracedFanOut | undefined): string | undefined {
  return traced?.traceparent ?? passedOn(message.header(natsHeaders.traceparent));
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
