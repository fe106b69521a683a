import { setTimeout as delay } from 'node:timers/promises';
import { Journal } from '../keep-journal/journal.js';
import { Random } from '../random.js';
import { serveCommands } from '@postel/testing';
import { httpDoor, natsDoor, type NatsDoor, type Publish } from './doors.js';
import { eventIdOf, eventKinds, orderingKeys, pickKind, type EventName } from './event-kinds.js';
import type { Door, ProducerRecord } from './producer-journal.js';

export interface ProducerInput {
  readonly journalFile: string;
  readonly http: { readonly url: string; readonly token: string };
  readonly natsUrls: readonly string[];
  readonly perSecond: number;
  readonly seed: number;
  readonly run: string;
}

export interface ProducerProgress {
  readonly offered: number;
  readonly acknowledged: number;
  readonly repetitions: number;
}

export type ProducerCommands = {
  start: (input: ProducerInput) => Promise<void>;
  progress: (input: undefined) => Promise<ProducerProgress>;
  /** Offers no more; resolves when all is acknowledged, or when the patience ends. */
  finish: (input: { patienceMs: number }) => Promise<ProducerProgress>;
};

/** So many tries at once at a door: an outage piles up no events without end, and keeps none from the other door. */
const maxInFlight = 48;
const tickMs = 5;

class Producer {
  private offered = 0;
  private acknowledged = 0;
  private repetitions = 0;
  private readonly inFlight: Record<Door, number> = { http: 0, nats: 0 };
  /** Of which an event is not acknowledged yet. */
  private readonly busyKeys = new Set<string>();
  private readonly random: Random;
  private readonly http: Publish;
  private readonly ended = new AbortController();
  private offering = Promise.resolve();

  private constructor(
    private readonly input: ProducerInput,
    private readonly journal: Journal,
    private readonly nats: NatsDoor,
  ) {
    this.random = new Random(input.seed, `events of ${input.run}`);
    this.http = httpDoor(input.http);
  }

  static async create(input: ProducerInput): Promise<Producer> {
    return new Producer(input, await Journal.create(input.journalFile), await natsDoor(input.natsUrls));
  }

  get progress(): ProducerProgress {
    const { offered, acknowledged, repetitions } = this;
    return { offered, acknowledged, repetitions };
  }

  start(): void {
    this.offering = this.offerSteadily();
  }

  async finish(patienceMs: number): Promise<ProducerProgress> {
    this.ended.abort();
    await this.offering;
    const deadlineMs = Date.now() + patienceMs;
    while (this.inFlight.http + this.inFlight.nats > 0 && Date.now() < deadlineMs) await delay(20);
    await this.nats.close();
    await this.journal.close();
    return this.progress;
  }

  private async offerSteadily(): Promise<void> {
    let owedFromMs = Date.now();
    let owed = 0;
    while (!this.ended.signal.aborted) {
      const nowMs = Date.now();
      owed += ((nowMs - owedFromMs) * this.input.perSecond) / 1_000;
      owedFromMs = nowMs;
      for (; owed >= 1; owed--) this.offer();
      await delay(tickMs);
    }
  }

  /**
   * None at a door that is full: the rate is a rate of offers, not a debt. And none of a key before the last one of it is
   * acknowledged: so the order of their numbers is that of their acceptance.
   */
  private offer(): void {
    const kind = pickKind(this.random);
    const door: Door = kind === 'invalid' || this.random.next() < 0.4 ? 'nats' : 'http';
    const orderingKey = eventKinds[kind].keyed ? this.random.pick(orderingKeys) : undefined;
    if (this.inFlight[door] >= maxInFlight) return;
    if (orderingKey !== undefined) {
      if (this.busyKeys.has(orderingKey)) return;
      this.busyKeys.add(orderingKey);
    }
    const number = (this.offered += 1);
    this.inFlight[door] += 1;
    void this.publishPersistently({ run: this.input.run, number, kind, orderingKey }, door).finally(() => {
      this.inFlight[door] -= 1;
      if (orderingKey !== undefined) this.busyKeys.delete(orderingKey);
    });
  }

  /** What was not acknowledged is sent again with the same id, as the contract asks of a producer. */
  private async publishPersistently(event: EventName, door: Door): Promise<void> {
    const id = eventIdOf(event);
    await this.note({ t: 'offered', id, door, atMs: Date.now() });
    const publish = door === 'http' ? this.http : this.nats.publish;
    for (let tries = 1; ; tries++) {
      const answer = await publish(event);
      const atMs = Date.now();
      if (answer.kind === 'acknowledged') {
        await this.note({ t: 'acknowledged', id, door, atMs, tries });
        this.acknowledged += 1;
        return;
      }
      if (answer.kind === 'refused') {
        const { status, code, retryAfter } = answer;
        await this.note({ t: 'refused', id, atMs, status, code, retryAfter });
      }
      this.repetitions += 1;
      await delay(Math.min(100 * tries, 500));
    }
  }

  private note(record: ProducerRecord): Promise<void> {
    return this.journal.append(record);
  }
}

let producer: Producer | null = null;
const running = (): Producer => {
  if (!producer) throw new Error('the producer was not started');
  return producer;
};

const commands: ProducerCommands = {
  start: async (input) => {
    producer = await Producer.create(input);
    producer.start();
  },
  progress: () => Promise.resolve(running().progress),
  finish: ({ patienceMs }) => running().finish(patienceMs),
};

serveCommands(commands);
