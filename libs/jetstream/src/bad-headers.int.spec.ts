import { afterAll, afterEach, beforeEach, expect, it } from '@jest/globals';
import { expectNoLeaks, startTestNats, waitUntil, type TestServer } from '@postel/testing';
import { once } from 'node:events';
import { connect } from 'node:net';
import { connectBroker, type Broker } from './connect-broker.js';
import { ensureTopology } from './ensure-topology.js';
import type { IncomingMessage } from './incoming-message.js';
import { firstSequenceSince, lastSequenceOf, readMessage, storedAtMsFrom } from './read-message.js';
import { readStream } from './read-stream.js';

let nats: TestServer;
let broker: Broker;
beforeEach(async () => {
  nats = await startTestNats();
  broker = await connectBroker({ servers: [nats.url], name: 'test' });
  await ensureTopology(broker, { replicas: 1 });
});
afterEach(async () => {
  await broker.close();
  await nats.stop();
});
afterAll(expectNoLeaks);

const payload = '{"a":1}';

/** As a producer may whose client does not look at what it sends. */
async function publishRaw(headerLine: string): Promise<void> {
  const socket = connect({ port: Number(new URL(nats.url).port), host: '127.0.0.1' });
  await once(socket, 'connect');
  const headers = `NATS/1.0\r\n${headerLine}\r\nPostel-Tenant: acme\r\n\r\n`;
  const sizes = `${headers.length} ${headers.length + payload.length}`;
  socket.write(`CONNECT {"verbose":false,"headers":true}\r\nHPUB order.created ${sizes}\r\n`);
  socket.end(`${headers}${payload}\r\n`);
  await once(socket.resume(), 'close');
  await waitUntil(async () => (await broker.jsm.streams.info('EVENTS')).state.messages === 1);
}

it.each(['bad name: x', 'bad-value: x\ny'])('reads past a message with the header %j', async (line) => {
  await publishRaw(line);
  const stored = await readMessage(broker, 'EVENTS', 1);
  expect(stored).toMatchObject({ subject: 'order.created', headers: {} });
  expect(Buffer.from(stored?.payload ?? []).toString()).toBe(payload);
  const { storedAtMs = 0 } = stored ?? {};
  expect(await storedAtMsFrom(broker, 'EVENTS', 1)).toBe(storedAtMs);
  expect(await firstSequenceSince(broker, 'EVENTS', storedAtMs - 1_000)).toBe(1);
  expect(await lastSequenceOf(broker, 'EVENTS', '>')).toBe(1);

  const read: IncomingMessage[] = [];
  const { signal } = new AbortController();
  const onBatch = (batch: readonly IncomingMessage[]) => void read.push(...batch);
  await readStream(broker, { stream: 'EVENTS', after: 0, upTo: 1, signal, onBatch });
  expect(read.map((message) => [message.seq, message.headers(), message.header('Postel-Tenant')])).toEqual([
    [1, {}, undefined],
  ]);
  expect(read[0]?.hasBadHeaders).toBe(true);
});
