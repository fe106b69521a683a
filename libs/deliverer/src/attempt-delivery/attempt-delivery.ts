import {
  decodeDelivery,
  deliveryMessageId,
  laneOfSubject,
  natsHeaders,
  partitionOf,
  partitionOfSubject,
  type DeliveryFact,
} from '@postel/contracts';
import { deferWithoutAttempt, dieWithoutAttempt } from '@postel/domain';
import {
  ack,
  discard,
  retryAfter,
  type FactLog,
  type IncomingMessage,
  type Outcome,
} from '@postel/jetstream';
import type { Failpoints, Logger } from '@postel/telemetry';
import type { AttemptMeters } from './attempt-meters.js';
import type { FinishedHops } from './finished-hops.js';
import type { RecallFinished } from './recall-finished.js';
import { Hop, type HopMessage, type HopParts } from './hop.js';

export interface AttemptParts extends HopParts {
  readonly partitions: number;
  readonly finished: FinishedHops;
  readonly recall: Pick<RecallFinished, 'settled'>;
  /** Partitions that this process owns. */
  readonly owned: ReadonlySet<number>;
  readonly log: FactLog;
  readonly count: AttemptMeters;
  readonly logger: Logger;
  readonly failpoints: Failpoints;
}

/** A message handed out this often has brought its worker down each time; it ends as a dead letter. */
const poisonAfter = 20;
/** Handing back counts as handing out; so what was handed out this often waits instead, and is counted anew. */
const handBackBefore = 10;

/**
 * Takes deliveries from the stream: each goes through its hop, what came of it is stored, and then it is acknowledged.
 * In that order: a crash between repeats an attempt and never loses one.
 */
export class AttemptDelivery {
  /** Hops in this process that have not ended, so that a copy of a message waits for what the first comes to. */
  private readonly underWay = new Map<string, Promise<Outcome>>();

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
    const first = this.underWay.get(hopId);
    if (first) return first;
    const { meta, body } = decoded;
    const partition = partitionOf(meta.endpointId, this.parts.partitions);
    const hop = { meta, body, lane, partition, behind: message.behind };
    const outcome = this.settle(hopId, hop, message).finally(() => this.underWay.delete(hopId));
    this.underWay.set(hopId, outcome);
    return outcome;
  }

  private async settle(hopId: string, hop: HopMessage, message: IncomingMessage): Promise<Outcome> {
    const { count, failpoints, finished, log } = this.parts;
    const fact = await this.conclusion(hop, message);
    if (!fact) return retryAfter(0);
    await failpoints.hit('deliverer.after-post');
    await log.append(fact);
    await failpoints.hit('deliverer.after-outcome');
    finished.add(hopId);
    count.count(fact);
    return ack();
  }

  /** @returns `null` when it is to be handed out again */
  private async conclusion(
    hop: HopMessage,
    { subject, deliveryCount }: IncomingMessage,
  ): Promise<DeliveryFact | null> {
    // there is another number of partitions since it was published: its owner gets it when it is put back
    if (partitionOfSubject(subject) !== hop.partition) return this.comesAnew(hop);
    // it came just before the partition went to another process, which counts what its endpoints may take
    const isOurs = this.parts.owned.has(hop.partition);
    const fact = isOurs ? await this.conclusionOfOwner(hop, deliveryCount) : null;
    return fact ?? (deliveryCount < handBackBefore ? null : this.comesAnew(hop));
  }

  private async conclusionOfOwner(hop: HopMessage, deliveryCount: number): Promise<DeliveryFact | null> {
    const { nowMs, tables } = this.parts;
    const { configSequence } = hop.meta;
    // an endpoint that is missing at or after this position is really gone
    if (configSequence !== undefined && configSequence > tables.sequence)
      await tables.reached(configSequence);
    return deliveryCount > poisonAfter ? dieWithoutAttempt(hop.meta, 'poison', nowMs()) : this.pass(hop);
  }

  private comesAnew({ meta, lane }: HopMessage): DeliveryFact {
    const nowMs = this.parts.nowMs();
    const laneThen = lane === 'bulk' ? 'bulk' : 'retry';
    return deferWithoutAttempt({ meta, reason: 'busy', dueAtMs: nowMs, lane: laneThen, nowMs });
  }

  /** @returns `null` when this process stops before its turn came */
  private pass(message: HopMessage): Promise<DeliveryFact | null> {
    return new Promise((resolve, reject) => {
      const end = { concluded: resolve, handedBack: () => resolve(null), failed: reject };
      new Hop(message, this.parts, end).begin();
    });
  }
}
