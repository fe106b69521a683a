import { afterEach, expect, it, jest } from '@jest/globals';
import {
  parseFacts,
  type DeliveryDeferred,
  type EventFannedOut,
  type EventUnmatched,
} from '@postel/contracts';
import { setImmediate as turn } from 'node:timers/promises';
import { sentSingly } from './atomic-batch.js';
import type { Broker } from './connect-broker.js';
import { FactLog } from './fact-log.js';
import { brokerCodes, PublishError } from './publish-error.js';
import { NoReply } from './replies.js';
import { UnansweredPublishes } from './unanswered-publishes.js';

interface Sent {
  readonly subject: string;
  readonly numbers: readonly number[];
  readonly messageId: string;
  readonly isOfBatch: boolean;
}

/** Headers as they are given to the client. */
interface Encoded {
  encode(): Uint8Array;
}

/** A broker that answers each round when it is told to. */
class SlowBroker {
  /** By round. */
  readonly rounds: Sent[][] = [];
  private open: Sent[] = [];
  private answers: { resolve: (message: unknown) => void; reject: (error: Error) => void }[] = [];

  readonly asBroker = {
    isConnected: () => true,
    nc: { publish: (...args: [string, Uint8Array, { headers: Encoded }]) => this.publish(...args) },
    unanswered: new UnansweredPublishes(),
    replies: {
      request: (_timeoutMs: number, send: (reply: string) => void) => {
        send('inbox');
        this.rounds.push(this.open);
        this.open = [];
        return new Promise((resolve, reject) => this.answers.push({ resolve, reject }));
      },
    },
  } as unknown as Broker;

  async untilSent(rounds: number): Promise<void> {
    while (this.rounds.length < rounds) await turn();
  }

  answer(reply: object): void {
    this.answers.shift()?.resolve({ data: Buffer.from(JSON.stringify(reply)) });
  }

  loseAnswer(): void {
    this.answers.shift()?.reject(new NoReply('lost'));
  }

  private publish(subject: string, payload: Uint8Array, { headers }: { headers: Encoded }): void {
    const text = Buffer.from(headers.encode()).toString();
    const [, messageId = ''] = /Nats-Msg-Id: (.*)\r\n/.exec(text) ?? [];
    const numbers = parseFacts(payload).map(({ fact }) => fact.eventSeq);
    this.open.push({ subject, numbers, messageId, isOfBatch: text.includes('Nats-Batch-Id') });
  }
}

const fact = (eventSeq: number, tenant = 'default'): EventUnmatched => ({
  v: 1,
  fact: 'event.unmatched',
  tenant,
  eventId: `evt_${eventSeq}`,
  eventSeq,
  type: 'order.created',
  acceptedAtMs: 0,
  atMs: 0,
});

const fannedOut = (eventSeq: number): EventFannedOut => ({
  ...fact(eventSeq),
  fact: 'event.fanned_out',
  part: 0,
  deliveries: [],
});

const deferred = (eventSeq: number): DeliveryDeferred => ({
  ...fact(eventSeq),
  fact: 'delivery.deferred',
  deliveryId: `dlv_${eventSeq}`,
  endpointId: 'ep_1',
  hop: 1,
  attemptsMade: 0,
  attemptsBeforeReopen: 0,
  apiVersion: '2024-01-01',
  reason: 'paused',
  dueAtMs: 0,
  lane: 'retry',
});

const numbersOf = (round: readonly Sent[] | undefined) => round?.map(({ numbers }) => numbers);

afterEach(() => {
  jest.useRealTimers();
});

it('stores together all that came while the round before was stored, and then tells each caller', async () => {
  const broker = new SlowBroker();
  const log = new FactLog(broker.asBroker);
  const told: number[] = [];
  const append = (n: number) => void log.append(fact(n)).then(() => told.push(n));
  append(1);
  append(2);
  await turn();
  for (const n of [3, 4, 5]) {
    append(n);
    await turn();
  }
  expect(broker.rounds.map(numbersOf)).toEqual([[[1, 2]]]);
  broker.answer({ seq: 1 });
  await turn();
  expect(told).toEqual([1, 2]);
  await turn(); // each round waits one, for what this turn appends
  expect(broker.rounds.map(numbersOf)).toEqual([[[1, 2]], [[3, 4, 5]]]);
  broker.answer({ seq: 2 });
  await turn();
  expect(told).toEqual([1, 2, 3, 4, 5]);
});

it('has a turn of its own again after a round with nothing behind it', async () => {
  const broker = new SlowBroker();
  const log = new FactLog(broker.asBroker);
  for (const n of [1, 2]) {
    const appended = log.append(fact(n));
    await broker.untilSent(n);
    broker.answer({ seq: n });
    await appended;
  }
  expect(broker.rounds.map(numbersOf)).toEqual([[[1]], [[2]]]);
});

it('never parts the facts of one caller over two rounds', async () => {
  const broker = new SlowBroker();
  const log = new FactLog(broker.asBroker);
  const many = (from: number, count: number) => Array.from({ length: count }, (_, i) => fact(from + i));
  void log.append(...many(1, 700));
  void log.append(...many(701, 700));
  void log.append(...many(1_401, 100));
  await turn();
  broker.answer({ seq: 1 });
  await turn();
  await turn();
  expect(broker.rounds.map((round) => round.map(({ numbers }) => numbers.length))).toEqual([[700], [800]]);
});

it('stores no outcome before the creation it follows, however large the round is and whatever it begins with', async () => {
  const broker = new SlowBroker();
  const log = new FactLog(broker.asBroker);
  const long = (eventSeq: number) => ({ ...fannedOut(eventSeq), eventId: 'x'.repeat(1_000) });
  void log.append(deferred(0)); // of an event that was created by the round before
  for (let n = 1; n <= 400; n++) void log.append(long(n), deferred(n));
  await turn();
  const sent = broker.rounds[0]?.map(({ subject, numbers }) => [subject.split('.').at(-1), numbers.length]);
  expect(sent).toEqual([
    ['fanned_out', expect.any(Number)],
    ['fanned_out', expect.any(Number)],
    ['deferred', 401],
  ]);
});

it('waits as long as it was told for more to come', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] });
  const broker = new SlowBroker();
  const log = new FactLog(broker.asBroker, { keepTrying: () => false, lingerMs: 20 });
  void log.append(fact(1));
  jest.advanceTimersByTime(19);
  await turn();
  void log.append(fact(2));
  await turn();
  expect(broker.rounds).toEqual([]);
  jest.advanceTimersByTime(1);
  await turn();
  expect(broker.rounds.map(numbersOf)).toEqual([[[1, 2]]]);
});

it('sends the same messages again as long as it is to keep trying, and knows what was stored already', async () => {
  const broker = new SlowBroker();
  let isTrying = true;
  const log = new FactLog(broker.asBroker, { keepTrying: () => isTrying });
  const appended = log.append(fact(1), fact(2, 'other'));
  await turn();
  broker.loseAnswer();
  await broker.untilSent(2);
  broker.answer({ error: { code: 400, err_code: brokerCodes.duplicateInBatch, description: 'duplicate' } });
  await appended;
  expect(broker.rounds[1]).toEqual(broker.rounds[0]);
  expect(broker.rounds[0]?.map(({ messageId }) => messageId.length)).toEqual([36, 36]);

  isTrying = false;
  const failing = log.append(fact(3)).catch((error: unknown) => error);
  await broker.untilSent(3);
  broker.loseAnswer();
  const failure = await failing;
  expect(failure).toBeInstanceOf(PublishError);
  expect(failure).toMatchObject({ kind: 'unavailable' });
});

it('does not try again what the broker refuses, and goes on with what came meanwhile', async () => {
  const broker = new SlowBroker();
  const log = new FactLog(broker.asBroker, { keepTrying: () => true });
  const failing = log.append(fact(1)).catch((error: unknown) => error);
  await turn();
  const next = log.append(fact(2));
  broker.answer({ error: { code: 400, err_code: brokerCodes.messageTooLarge, description: 'too large' } });
  expect(await failing).toMatchObject({ kind: 'refused' });
  await broker.untilSent(2);
  broker.answer({ seq: 1 });
  await next;
  expect(broker.rounds.map(numbersOf)).toEqual([[[1]], [[2]]]);
});

it('sends a few messages that need nothing of each other singly, and each append by its own answer', async () => {
  const broker = new SlowBroker();
  const log = new FactLog(broker.asBroker);
  const told: string[] = [];
  const append = (n: number, tenant: string) =>
    log.append(fact(n, tenant)).then(
      () => told.push(`${n} stored`),
      () => told.push(`${n} refused`),
    );
  const all = [append(1, 'a'), append(2, 'b'), append(3, 'a'), log.append()];
  await broker.untilSent(2);
  expect(broker.rounds.map(numbersOf)).toEqual([[[1, 3]], [[2]]]);
  expect(broker.rounds.flat().some(({ isOfBatch }) => isOfBatch)).toBe(false);
  broker.answer({ error: { code: 400, err_code: brokerCodes.messageTooLarge, description: 'too large' } });
  broker.answer({ seq: 1 });
  await Promise.all(all);
  expect(told.toSorted()).toEqual(['1 refused', '2 stored', '3 refused']);
});

it('stores all facts of an append that needs several messages, or none', async () => {
  const broker = new SlowBroker();
  const log = new FactLog(broker.asBroker);
  void log.append(fact(1, 'a'), fact(2, 'b'));
  void log.append(fact(3, 'c'));
  await broker.untilSent(1);
  expect(broker.rounds.map(numbersOf)).toEqual([[[1], [2], [3]]]);
  expect(broker.rounds.flat().every(({ isOfBatch }) => isOfBatch)).toBe(true);
});

it('sends many messages as a batch', async () => {
  const broker = new SlowBroker();
  const log = new FactLog(broker.asBroker);
  for (let n = 0; n <= sentSingly; n++) void log.append(fact(n, `tenant-${n}`));
  await broker.untilSent(1);
  expect(broker.rounds.map((round) => round.length)).toEqual([sentSingly + 1]);
});
