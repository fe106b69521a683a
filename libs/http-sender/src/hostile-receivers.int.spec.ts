import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import { waitUntil } from '@postel/testing';
import {
  drip,
  flood,
  okAnswer,
  startRawReceiver,
  type RawAnswer,
  type RawReceiver,
} from './spec-support/raw-receiver.js';
import { specSender, type SpecSender } from './spec-support/spec-sender.js';

let spec: SpecSender;
let receiver: RawReceiver | undefined;

beforeEach(() => {
  spec = specSender();
});

/** Whatever a receiver did, its connection must be gone before the sender is closed. */
afterEach(async () => {
  const current = receiver;
  if (current !== undefined) await waitUntil(() => current.open === 0, { describe: 'connections closed' });
  await spec.sender.close();
  await receiver?.close();
  receiver = undefined;
});

async function answering(answer: RawAnswer): Promise<RawReceiver> {
  receiver = await startRawReceiver(answer);
  return receiver;
}

const okHead = 'HTTP/1.1 200 OK\r\n';

describe('the deadline', () => {
  // long enough that a busy machine is not still connecting then
  const deadline = { timeoutMs: 500 };

  test.each<[string, string, RawAnswer]>([
    ['never answers', 'waiting for headers', () => undefined],
    [
      'drips its answer byte by byte',
      'waiting for headers',
      (socket) => dripBytes(socket, `${okHead}x-a: ${'y'.repeat(1000)}`, 5),
    ],
    [
      'drips headers',
      'waiting for headers',
      (socket) => (socket.write(okHead), drip(socket, 'x-a: b\r\n', 10)),
    ],
    [
      'drips one header',
      'waiting for headers',
      (socket) => (socket.write(`${okHead}x: `), drip(socket, 'y', 10)),
    ],
    ['drips empty lines', 'waiting for headers', (socket) => drip(socket, '\r\n', 10)],
    ['drips interim answers', 'waiting for headers', (socket) => drip(socket, 'HTTP/1.1 102 W\r\n\r\n', 40)],
    [
      'drips its body',
      'reading the body',
      (socket) => (socket.write(`${okHead}content-length: 50000\r\n\r\n`), drip(socket, 'x', 10)),
    ],
    [
      'drips a body without a length',
      'reading the body',
      (socket) => (socket.write(`${okHead}\r\n`), drip(socket, 'x', 10)),
    ],
    [
      'drips chunks',
      'reading the body',
      (socket) => (
        socket.write(`${okHead}transfer-encoding: chunked\r\n\r\n`),
        drip(socket, '1\r\nx\r\n', 10)
      ),
    ],
    [
      'drips the extension of a chunk',
      'reading the body',
      (socket) => (socket.write(`${okHead}transfer-encoding: chunked\r\n\r\n1;x=`), drip(socket, 'y', 10)),
    ],
    [
      'drips trailers',
      'reading the body',
      (socket) => (
        socket.write(`${okHead}transfer-encoding: chunked\r\n\r\n0\r\n`),
        drip(socket, 'x: y\r\n', 10)
      ),
    ],
    [
      'stops in the body',
      'reading the body',
      (socket) => void socket.write(`${okHead}content-length: 9\r\n\r\nab`),
    ],
    [
      'stops before the end of its chunks',
      'reading the body',
      (socket) => void socket.write(`${okHead}transfer-encoding: chunked\r\n\r\n2\r\nab\r\n`),
    ],
  ])('ends an exchange with a receiver that %s (%s)', async (_what, phase, answer) => {
    const { url } = await answering(answer);
    const result = await spec.post(url, deadline);
    expect(result.error).toEqual({ code: 'timeout', message: `not complete after 500 ms (${phase})` });
    expect(result.durationMs).toBeGreaterThanOrEqual(499);
    expect(result.durationMs).toBeLessThan(10_000);
  });

  it('keeps what had been read of the answer', async () => {
    const { url } = await answering((socket) =>
      socket.write(`HTTP/1.1 500 Oh\r\ncontent-length: 9\r\n\r\nab`),
    );
    const result = await spec.post(url, deadline);
    expect(result).toMatchObject({ error: { code: 'timeout' }, response: { status: 500, body: 'ab' } });
  });

  it('of one exchange leaves the others alone', async () => {
    const { url } = await answering((socket, number) => {
      if (number > 1) socket.end(okAnswer);
    });
    const hung = spec.post(url, { timeoutMs: 1_500 });
    await waitUntil(() => receiver?.requests.length === 1);
    expect(await spec.post(url)).toMatchObject({ response: { status: 200 } });
    expect((await hung).error?.code).toBe('timeout');
  });
});

describe('a thousand hostile receivers at once', () => {
  const behaviours: RawAnswer[] = [
    () => undefined,
    (socket) => drip(socket, 'H', 20),
    (socket) => (socket.write(`${okHead}content-length: 9\r\n\r\n`), drip(socket, 'x', 50)),
    (socket) => void socket.resetAndDestroy(),
    (socket) => void socket.write(`${okHead}x: `, () => socket.resetAndDestroy()),
    (socket) => void socket.end('garbage'),
    (socket) => (socket.write(okHead), flood(socket, `x: ${'v'.repeat(4096)}\r\n`)),
    (socket) => (socket.write(`${okHead}\r\n`), flood(socket, 'x'.repeat(4096))),
    (socket) => void socket.write(okAnswer),
  ];

  it('end at their deadline, and leave nothing open', async () => {
    const server = await answering((socket, number) =>
      behaviours[number % behaviours.length]?.(socket, number),
    );
    const results = await Promise.all(
      Array.from({ length: 1000 }, () => spec.post(server.url, { timeoutMs: 1500 })),
    );
    // who misbehaves in time ends by that, and on a busy machine at the deadline as well: what each is told for itself is above
    const codes = results.map(({ error }) => error?.code ?? 'ok');
    const known = ['connection_reset', 'headers_too_large', 'invalid_response', 'ok', 'timeout'];
    expect(codes.filter((code) => !known.includes(code))).toEqual([]);
    expect(codes).toContain('timeout');
    for (const { durationMs } of results) expect(durationMs).toBeLessThan(20_000);
    // and none of them is in the way of another
    const good = await startRawReceiver((socket) => void socket.write(okAnswer));
    expect((await spec.post(good.url, { timeoutMs: 30_000 })).error).toBeUndefined();
    await spec.sender.close({ graceMs: 0 });
    await waitUntil(() => server.open + good.open === 0, { describe: 'connections closed' });
    await good.close();
  });
});

function dripBytes(socket: Parameters<RawAnswer>[0], text: string, everyMs: number): void {
  let at = 0;
  const timer = setInterval(() => socket.write(text.charAt(at++)), everyMs);
  socket.on('close', () => clearInterval(timer));
}
