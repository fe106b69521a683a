import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { maxFactsPerMessage, parseFacts, type EventUnmatched, type LogFact } from '@postel/contracts';
import { expectNoLeaks, startTestNats, type TestServer } from '@postel/testing';
import { connectBroker, type Broker } from './connect-broker.js';
import { ensureTopology } from './ensure-topology.js';
import { FactLog } from './fact-log.js';

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
const invalid = (eventSeq: number, message = ''): LogFact => ({
  ...fact(eventSeq),
  fact: 'event.invalid',
  code: 'malformed_json',
  message,
});

describe('FactLog', () => {
  let nats: TestServer;
  let broker: Broker;

  afterAll(expectNoLeaks);
  beforeEach(async () => {
    nats = await startTestNats();
    broker = await connectBroker({ servers: [nats.url], name: 'test' });
    await ensureTopology(broker, { replicas: 1 });
  });
  afterEach(async () => {
    await broker.close();
    await nats.stop();
  });

  /** What LOG holds, message by message. */
  async function stored(): Promise<{ subject: string; numbers: number[] }[]> {
    const { messages } = (await broker.jsm.streams.info('LOG')).state;
    const seqs = Array.from({ length: messages }, (_, index) => index + 1);
    return Promise.all(
      seqs.map(async (seq) => {
        const message = await broker.jsm.streams.getMessage('LOG', { seq });
        if (!message) throw new Error(`nothing at ${seq}`);
        const numbers = parseFacts(message.data).map(({ fact: { eventSeq } }) => eventSeq);
        return { subject: message.subject, numbers };
      }),
    );
  }

  it('stores one message for each tenant and name, each with its facts in their order', async () => {
    const log = new FactLog(broker);
    await Promise.all([
      log.append(fact(1), invalid(2), fact(3, 'acme')),
      log.append(fact(4)),
      log.append(invalid(5), fact(6, 'acme'), fact(7)),
    ]);
    expect(await stored()).toEqual([
      { subject: 'postel.log.default.event.unmatched', numbers: [1, 4, 7] },
      { subject: 'postel.log.default.event.invalid', numbers: [2, 5] },
      { subject: 'postel.log.acme.event.unmatched', numbers: [3, 6] },
    ]);
  });

  it('closes a message that holds as many facts, or as many bytes, as one may', async () => {
    const log = new FactLog(broker);
    await log.append(...Array.from({ length: maxFactsPerMessage + 1 }, (_, index) => fact(index)));
    const large = 'x'.repeat(100 * 1024);
    await log.append(invalid(1, large), invalid(2, large), invalid(3, large));
    expect((await stored()).map(({ numbers }) => numbers.length)).toEqual([maxFactsPerMessage, 1, 2, 1]);
  });

  it('stores each round once and in order, though the broker was killed in between', async () => {
    const log = new FactLog(broker, { keepTrying: () => true, timeoutMs: 1_000 });
    await log.append(fact(1));
    const killed = nats.kill();
    const later = [log.append(fact(2), invalid(3))];
    await killed;
    later.push(log.append(fact(4)));
    await nats.restart();
    later.push(log.append(fact(5)));
    await Promise.all(later);
    const all = await stored();
    const numbersOf = (name: string) =>
      all.filter(({ subject }) => subject.endsWith(name)).flatMap(({ numbers }) => numbers);
    expect(numbersOf('unmatched')).toEqual([1, 2, 4, 5]);
    expect(numbersOf('invalid')).toEqual([3]);
  });
});
