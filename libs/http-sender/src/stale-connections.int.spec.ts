import { afterEach, describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import { waitUntil } from '@postel/testing';
import { okAnswer, startRawReceiver, type RawAnswer, type RawReceiver } from './spec-support/raw-receiver.js';
import { specSender, type SpecSender } from './spec-support/spec-sender.js';
import { testCertificate } from './spec-support/test-certificate.js';

let spec: SpecSender | undefined;
let receiver: RawReceiver | undefined;

afterEach(async () => {
  await spec?.sender.close({ graceMs: 0 });
  await receiver?.close();
  spec = receiver = undefined;
});

async function setUp(answer: RawAnswer, secure: boolean) {
  const server = await startRawReceiver(answer, secure ? { tls: testCertificate } : {});
  const sender = specSender({ ca: testCertificate.cert, maxConnectionsPerOrigin: 1 });
  receiver = server;
  spec = sender;
  return { server, post: sender.post };
}

type Ending = [string, (socket: Socket) => void];
const endings: Ending[] = [
  ['ends with its answer', (socket) => void socket.end(okAnswer)],
  ['ends right after its answer', (socket) => void socket.write(okAnswer, () => socket.end())],
  ['is destroyed after its answer', (socket) => void socket.write(okAnswer, () => socket.destroy())],
];
/** Node cannot reset a TLS connection of a server. */
const reset: Ending = [
  'is reset after its answer',
  (socket) => void socket.write(okAnswer, () => socket.resetAndDestroy()),
];

describe.each([
  ['plain', false, [...endings, reset]],
  ['TLS', true, endings],
])('a %s connection kept alive', (_kind, secure, ends) => {
  it.each(ends)('that %s, unannounced, fails no exchange', async (_what, end) => {
    const { server, post } = await setUp(end, secure);
    for (let count = 1; count <= 10; count += 1) {
      const result = await post(server.url);
      expect(result.error).toBeUndefined();
      expect(result.response?.status).toBe(200);
      // One request each: none was sent twice.
      expect(server.requests).toHaveLength(count);
    }
    expect(server.connections).toBe(10);
  });

  it.each(ends)('that %s does not fail the exchange that waited for it', async (_what, end) => {
    const { server, post } = await setUp(end, secure);
    const results = await Promise.all(Array.from({ length: 10 }, () => post(server.url)));
    expect(results.map(({ error }) => error)).toEqual(Array.from({ length: 10 }, () => undefined));
    expect(server.requests).toHaveLength(10);
  });

  it('that is closed after it got a request is not tried again: it may have been read', async () => {
    const { server, post } = await setUp(
      (socket, number) => void (number === 1 ? socket.write(okAnswer) : socket.destroy()),
      secure,
    );
    expect((await post(server.url)).response?.status).toBe(200);
    const result = await post(server.url);
    expect(result.error?.code).toBe('connection_reset');
    expect(result.timing).not.toHaveProperty('connectMs');
    expect(server.requests).toHaveLength(2);
    expect(server.connections).toBe(1);
  });
});

describe('a receiver that resets an idle connection', () => {
  it('costs one dialling, within the same deadline', async () => {
    const sockets: Socket[] = [];
    const { server, post } = await setUp((socket) => (sockets.push(socket), socket.write(okAnswer)), false);
    await post(server.url);
    sockets[0]?.resetAndDestroy();
    const result = await post(server.url);
    expect(result).toMatchObject({ response: { status: 200 }, timing: { connectMs: expect.any(Number) } });
    expect(server.connections).toBe(2);
  });

  it('and then takes no more fails the exchange', async () => {
    const sockets: Socket[] = [];
    const { server, post } = await setUp((socket) => (sockets.push(socket), socket.write(okAnswer)), false);
    await post(server.url);
    server.onConnection = (socket) => socket.resetAndDestroy();
    sockets[0]?.resetAndDestroy();
    const { error } = await post(server.url);
    expect(error?.code).toMatch(/^(connect_failed|connection_reset)$/);
    expect(server.connections).toBe(2);
    await waitUntil(() => server.open === 0);
  });
});
