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
  const deadline = { timeoutMs: 150 };

  test.each<[string, string, RawAnswer]>([
    ['never answers', 'waiting for headers', () => undefined],
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
    ['drips interim answers', 'waiting for headers', (socket) => drip(socket, 'HTTP/1.1 102 W\r\n\r\n', 40)],
    [
      'drips its body',
      'reading the body',
      (socket) => (socket.write(`${okHead}content-length: 50000\r\n\r\n`), drip(socket, 'x', 10)),
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
      'stops in the body',
      'reading the body',
      (socket) => void socket.write(`${okHead}content-length: 9\r\n\r\nab`),
    ],
  ])('ends an exchange with a receiver that %s (%s)', async (_what, phase, answer) => {
    const { url } = await answering(answer);
    const result = await spec.post(url, deadline);
    expect(result.error).toEqual({ code: 'timeout', message: `not complete after 150 ms (${phase})` });
    expect(result.durationMs).toBeGreaterThanOrEqual(149);
    expect(result.durationMs).toBeLessThan(1000);
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
    const hung = spec.post(url, { timeoutMs: 300 });
    await waitUntil(() => receiver?.requests.length === 1);
    expect(await spec.post(url)).toMatchObject({ response: { status: 200 } });
    expect((await hung).error?.code).toBe('timeout');
  });
});

describe('a flood', () => {
  it('of body is read up to 64 KiB, and the status decides', async () => {
    const { url } = await answering((socket) => {
      socket.write(`${okHead}transfer-encoding: chunked\r\n\r\n`);
      flood(socket, `8000\r\n${'x'.repeat(0x8000)}\r\n`);
    });
    const result = await spec.post(url);
    expect(result).toMatchObject({ response: { status: 200, truncated: true } });
    expect(result).not.toHaveProperty('error');
    expect(result.response?.body).toHaveLength(1024);
  });

  it('of body without a length, of a failure', async () => {
    const { url } = await answering((socket) => {
      socket.write('HTTP/1.1 503 Busy\r\n\r\n');
      flood(socket, 'x'.repeat(0x8000));
    });
    expect(await spec.post(url)).toMatchObject({
      response: { status: 503, body: 'x'.repeat(16_384), truncated: true },
    });
  });

  test.each<[string, string, RawAnswer]>([
    [
      '100 KB of headers',
      'headers_too_large',
      (socket) => flood(socket, `${okHead}${`x-a: ${'v'.repeat(1000)}\r\n`.repeat(100)}\r\n`, 1),
    ],
    [
      'one endless header',
      'headers_too_large',
      (socket) => (socket.write(`${okHead}x: `), flood(socket, 'v'.repeat(4096))),
    ],
    [
      '103 Early Hints',
      'invalid_response',
      (socket) => flood(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
    ],
    [
      'an endless reason phrase',
      'invalid_response',
      (socket) => (socket.write('HTTP/1.1 200 '), flood(socket, 'v'.repeat(4096))),
    ],
    ['empty lines', 'invalid_response', (socket) => flood(socket, '\r\n'.repeat(2048))],
    [
      'an endless chunk extension',
      'invalid_response',
      (socket) => {
        socket.write(`${okHead}transfer-encoding: chunked\r\n\r\n1;x=`);
        flood(socket, 'v'.repeat(4096));
      },
    ],
    [
      'endless trailers',
      'headers_too_large',
      (socket) => {
        socket.write(`${okHead}transfer-encoding: chunked\r\n\r\n0\r\n`);
        flood(socket, 'x-trailer: 1\r\n'.repeat(300));
      },
    ],
  ])('of %s is %s, at once', async (_what, code, answer) => {
    const { url } = await answering(answer);
    const result = await spec.post(url);
    expect(result.error?.code).toBe(code);
    expect(result.durationMs).toBeLessThan(2000);
  });
});

describe('an answer that is none', () => {
  test.each<[string, string, RawAnswer]>([
    ['garbage', 'invalid_response', (socket) => void socket.end('\x00\x01\x02 what?\r\n\r\n')],
    ['another protocol', 'invalid_response', (socket) => void socket.end('220 mail.example ESMTP\r\n')],
    ['HTTP/2', 'invalid_response', (socket) => void socket.end('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['no status', 'invalid_response', (socket) => void socket.end('HTTP/1.1 OK\r\n\r\n')],
    [
      'two lengths',
      'invalid_response',
      (socket) => void socket.end(`${okHead}content-length: 1\r\ncontent-length: 2\r\n\r\nab`),
    ],
    [
      'a bad chunk',
      'invalid_response',
      (socket) => void socket.end(`${okHead}transfer-encoding: chunked\r\n\r\nZZ\r\n`),
    ],
    [
      'an upgrade',
      'invalid_response',
      (socket) => void socket.write('HTTP/1.1 101 S\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    ],
    ['100 Continue', 'invalid_response', (socket) => void socket.write('HTTP/1.1 100 Continue\r\n\r\n')],
    [
      'a body shorter than it says',
      'connection_reset',
      (socket) => void socket.end(`${okHead}content-length: 50\r\n\r\nab`),
    ],
    ['an end instead', 'connection_reset', (socket) => void socket.end()],
    ['an end within the headers', 'connection_reset', (socket) => void socket.end('HTTP/1.1 200 OK\r\nx-a')],
    ['a reset instead', 'connection_reset', (socket) => void socket.resetAndDestroy()],
    [
      'a reset within the body',
      'connection_reset',
      (socket) => void socket.write(`${okHead}content-length: 50\r\n\r\nab`, () => socket.resetAndDestroy()),
    ],
  ])('%s is %s', async (_what, code, answer) => {
    const { url } = await answering(answer);
    const result = await spec.post(url);
    expect(result.error?.code).toBe(code);
    expect(result.error?.message).not.toMatch(/\n| at /);
  });

  it('a body longer than it says costs the next exchange nothing', async () => {
    const server = await answering((socket, number) =>
      number === 1
        ? socket.write(`${okHead}content-length: 2\r\n\r\nokHTTP/1.1 500 Smuggled\r\n\r\n`)
        : socket.end(okAnswer),
    );
    expect(await spec.post(server.url)).toMatchObject({ response: { status: 200, body: 'ok' } });
    expect(await spec.post(server.url)).toMatchObject({ response: { status: 200, body: 'ok' } });
  });

  it('a few interim answers are no harm', async () => {
    const { url } = await answering((socket) =>
      socket.end(`${'HTTP/1.1 103 H\r\nlink: x\r\n\r\n'.repeat(3)}${okAnswer}`),
    );
    expect(await spec.post(url)).toMatchObject({
      response: { status: 200, headers: { 'content-length': '2' } },
    });
  });
});
