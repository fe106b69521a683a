import {
  decodeDelivery,
  deliveryMessageId,
  laneOfSubject,
  natsHeaders,
  partitionOf,
  partitionOfSubject,
  type DeliveryFact,
} from '@postel/contracts';
import { deferWithoutAttempt } from '@postel/domain';
import {
  ack,
  discard,
  retryAfter,
  type FactLog,
  type IncomingMessage,
  type Outcome,
} from '@postel/jetstream';
import type { Failpoints, Logger, Tracing } from '@postel/telemetry';
import type { AttemptMeters } from './attempt-meters.js';
import { dieUnsent } from './die-unsent.js';
import type { FinishedHops } from './finished-hops.js';
import type { RecallFinished } from './recall-finished.js';
import type { Recoveries } from './recoveries.js';
import { Hop, type HopMessage, type HopParts } from './hop.js';
import { HopsUnderWay, type HopUnderWay } from './hops-under-way.js';
import { TracedHop } from './traced-hop.js';

export interface AttemptParts extends HopParts {
  readonly partitions: number;
  readonly finished: FinishedHops;
  readonly recall: Pick<RecallFinished, 'settled'>;
  /** Partitions that this process owns. */
  readonly owned: ReadonlySet<number>;
  readonly log: FactLog;
  readonly recoveries: Recoveries;
  readonly count: AttemptMeters;
  readonly logger: Logger;
  readonly failpoints: Failpoints;
  readonly tracing: Tracing | null;
}

/** A message handed out this often has brought its worker down each time; it ends as a dead letter. */
const poisonAfter = 20;
/** Handing back counts as handing out; so what was handed out this often waits instead, and is counted anew. */
const handBackBefore = 10;
/** One of a pack may bring down the worker of all: handed out this often, each of them goes on singly. */
const splitAfter = 3;

/**
 * Takes deliveries from the stream: each goes through its hop, what came of it is stored, and then it is acknowledged.
 * In that order: a crash between repeats an attempt and never loses one.
 */
export class AttemptDelivery {
  private readonly underWay = new HopsUnderWay();

  constructor(private readonly parts: AttemptParts) {}

  handle(batch: readonly IncomingMessage[]): Promise<Outcome>[] {
    const recalled = this.parts.recall.settled();
    if (!recalled) return batch.map((message) => this.handleOne(message));
    return batch.map((message) => recalled.then(() => this.handleOne(message)));
  }

  private handleOne(message: IncomingMessage): Promise<Outcome> {
    const decoded = decodeDelivery(message.payload, () => message.header(natsHeaders.delivery));
    const lane = laneOfSubject(message.subject);
    if (!decoded || !lane) {
      const { seq, subject } = message;
      this.parts.logger.error({ seq, subject }, 'a message that is no delivery was thrown away');
      return Promise.resolve(discard('no delivery'));
    }
    const hopId = deliveryMessageId(decoded.meta);
    if (this.parts.finished.has(hopId)) return Promise.resolve(ack());
    const first = this.underWay.find(hopId);
    if (first) return first.outcome;
    const { body } = decoded;
    const partition = partitionOf(decoded.meta.endpointId, this.parts.partitions);
    const traced = TracedHop.begin(this.parts.tracing, { meta: decoded.meta, lane, partition });
    const meta = traced?.meta ?? decoded.meta;
    const hop = this.underWay.add(hopId);
    hop.outcome = this.settle(hop, { meta, body, lane, partition, behind: message.behind, traced }, message);
    return hop.outcome;
  }

  /** Awaits only what there is to wait for: every delivery comes through here. */
  private async settle(hop: HopUnderWay, passage: HopMessage, message: IncomingMessage): Promise<Outcome> {
    const { count, failpoints, finished, log, recoveries } = this.parts;
    try {
      const fact = (await this.conclusion(passage, message)) ?? comesAnewAfter(message, passage, this.parts);
      if (!fact) {
        passage.traced?.handedBack();
        return retryAfter(0);
      }
      const beforeOutcome = failpoints.hit('deliverer.after-post');
      if (beforeOutcome) await beforeOutcome;
      await log.append(recoveries.mark(fact));
      const afterOutcome = failpoints.hit('deliverer.after-outcome');
      if (afterOutcome) await afterOutcome;
      finished.add(hop.id);
      count.count(fact, passage);
      passage.traced?.concluded(fact);
      return ack();
    } catch (error) {
      passage.traced?.failed();
      recoveries.forget(passage.meta.endpointId);
      throw error;
    } finally {
      this.underWay.remove(hop);
    }
  }

  /** @returns `null` when it is to be handed out again */
  private conclusion(
    hop: HopMessage,
    { deliveryCount, isPacked = false, subject }: IncomingMessage,
  ): DeliveryFact | null | Promise<DeliveryFact | null> {
    const { nowMs, owned, tables } = this.parts;
    // there is another number of partitions since it was published: its owner gets it when it is put back
    if (partitionOfSubject(subject) !== hop.partition) return comesAnew(hop, nowMs());
    // it came just before the partition went to another process, which counts what its endpoints may take
    if (!owned.has(hop.partition)) return null;
    if (isPacked && deliveryCount > splitAfter) return null;
    const { configSequence } = hop.meta;
    const conclude = () =>
      deliveryCount > poisonAfter ? dieUnsent(hop.meta, 'poison', nowMs()) : this.pass(hop);
    // an endpoint that is missing at or after this position is really gone
    return configSequence !== undefined && configSequence > tables.sequence
      ? tables.reached(configSequence).then(conclude)
      : conclude();
  }

  /** @returns `null` when this process stops before its turn came */
  private pass(message: HopMessage): Promise<DeliveryFact | null> {
    return new Promise((resolve, reject) => {
      const end = { concluded: resolve, handedBack: () => resolve(null), failed: reject };
      new Hop(message, this.parts, end).begin();
    });
  }
}

function comesAnewAfter(
  { deliveryCount }: IncomingMessage,
  hop: HopMessage,
  { nowMs }: AttemptParts,
): DeliveryFact | null {
  return deliveryCount < handBackBefore ? null : comesAnew(hop, nowMs());
}

function comesAnew({ meta, lane }: HopMessage, nowMs: number): DeliveryFact {
  const laneThen = lane === 'bulk' ? 'bulk' : 'retry';
  return deferWithoutAttempt({ meta, reason: 'busy', dueAtMs: nowMs, lane: laneThen, nowMs });
}
