import { afterAll, afterEach, beforeAll, describe, expect, it, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { waitUntil } from '@postel/testing';
import { usedBytes } from './spec-support/memory.js';
import { flood, startRawReceiver, type RawAnswer, type RawReceiver } from './spec-support/raw-receiver.js';
import { specSender, type SpecSender } from './spec-support/spec-sender.js';

let spec: SpecSender;
let receiver: RawReceiver | undefined;

beforeAll(() => {
  spec = specSender();
});

/** Each connection is closed as soon as enough has been seen, and not when the sender is closed. */
afterEach(async () => {
  const current = receiver;
  if (current !== undefined) await waitUntil(() => current.open === 0, { describe: 'connections closed' });
  await receiver?.close();
  receiver = undefined;
});

afterAll(() => spec.sender.close());

const okHead = 'HTTP/1.1 200 OK\r\n';
const chunked = `${okHead}transfer-encoding: chunked\r\n\r\n`;

const starting =
  (start: string, piece: string): RawAnswer =>
  (socket) => {
    socket.write(start);
    flood(socket, piece);
  };
const once =
  (text: string): RawAnswer =>
  (socket) =>
    void socket.write(text);
const numbered = (count: number): string =>
  Array.from({ length: count }, (_, index) => `x-${index}: 1\r\n`).join('');

describe('a flood', () => {
  test.each<[string, string, RawAnswer]>([
    ['an endless body', 'ok', starting(`${okHead}\r\n`, 'x'.repeat(0x8000))],
    [
      'a body of a terabyte',
      'ok',
      starting(`${okHead}content-length: 1099511627776\r\n\r\n`, 'x'.repeat(0x8000)),
    ],
    ['endless chunks', 'ok', starting(chunked, `8000\r\n${'x'.repeat(0x8000)}\r\n`)],
    ['endless chunks of a byte', 'ok', starting(chunked, '1\r\nx\r\n'.repeat(1000))],
    [
      'chunks with huge extensions',
      'invalid_response',
      starting(chunked, `1;x=${'v'.repeat(20_000)}\r\nx\r\n`),
    ],
    ['an endless extension of a chunk', 'invalid_response', starting(`${chunked}1;x=`, 'v'.repeat(4096))],
    ['endless trailers', 'invalid_response', starting(`${chunked}0\r\n`, 'x-trailer: 1\r\n'.repeat(300))],
    ['endless empty trailers', 'invalid_response', starting(`${chunked}0\r\n`, 'a:\r\n'.repeat(4000))],
    ['100 Continue', 'invalid_response', starting('', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(999))],
    ['102 Processing', 'invalid_response', starting('', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(999))],
    [
      '103 Early Hints',
      'invalid_response',
      starting('', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(999)),
    ],
    [
      '103 with long headers',
      'headers_too_large',
      starting('', `HTTP/1.1 103 E\r\nlink: ${'v'.repeat(17_000)}\r\n\r\n`),
    ],
    [
      '100 KB of headers',
      'headers_too_large',
      once(`${okHead}${`x-a: ${'v'.repeat(1000)}\r\n`.repeat(100)}\r\n`),
    ],
    [
      '17 KB of headers',
      'headers_too_large',
      once(`${okHead}${`x-a: ${'v'.repeat(1000)}\r\n`.repeat(17)}\r\n`),
    ],
    ['one header of 100 KB', 'headers_too_large', once(`${okHead}x: ${'v'.repeat(100_000)}\r\n\r\n`)],
    ['one endless header', 'headers_too_large', starting(`${okHead}x: `, 'v'.repeat(4096))],
    ['one endless name of a header', 'headers_too_large', starting(okHead, 'v'.repeat(4096))],
    ['five thousand headers', 'headers_too_large', once(`${okHead}${numbered(5000)}\r\n`)],
    ['twenty thousand empty headers', 'headers_too_large', once(`${okHead}${'a:\r\n'.repeat(20_000)}\r\n`)],
    ['endless small headers', 'headers_too_large', starting(okHead, 'a:\r\n'.repeat(5000))],
    ['an endless reason phrase', 'headers_too_large', starting('HTTP/1.1 200 ', 'v'.repeat(4096))],
    ['empty lines', 'headers_too_large', starting('', '\r\n'.repeat(2048))],
  ])('of %s is %s, at once, and no memory stays behind', async (_what, outcome, answer) => {
    const server = await startRawReceiver(answer);
    receiver = server;
    const exchanges = async (count: number): Promise<void> => {
      for (let left = count; left > 0; left -= 5) {
        const results = await Promise.all(Array.from({ length: 5 }, () => spec.post(server.url)));
        // at the deadline it would be another one
        for (const result of results) expect(result.error?.code ?? 'ok').toBe(outcome);
      }
      await waitUntil(() => server.open === 0);
    };
    await exchanges(5);
    const before = await usedBytes();
    const rssBefore = process.memoryUsage().rss;
    await exchanges(15);
    expect((await usedBytes()) - before).toBeLessThan(3_000_000);
    expect(process.memoryUsage().rss - rssBefore).toBeLessThan(150_000_000);
  });

  it('of body of a failure is kept up to 16 KiB', async () => {
    receiver = await startRawReceiver(starting('HTTP/1.1 503 Busy\r\n\r\n', 'x'.repeat(0x8000)));
    expect(await spec.post(receiver.url)).toMatchObject({
      response: { status: 503, body: 'x'.repeat(16_384), truncated: true },
    });
  });

  it('of body of a success is kept up to 1 KiB', async () => {
    receiver = await startRawReceiver(starting(chunked, `8000\r\n${'x'.repeat(0x8000)}\r\n`));
    const { response, error } = await spec.post(receiver.url);
    expect(response).toMatchObject({ status: 200, truncated: true, body: 'x'.repeat(1024) });
    expect(error).toBeUndefined();
  });

  it('of empty lines after an answer ends with the connection, however long that may be kept', async () => {
    const kept = `${okHead}keep-alive: timeout=60\r\ncontent-length: 2\r\n\r\nok`;
    receiver = await startRawReceiver((socket) => {
      socket.write(kept);
      setImmediate(flood, socket, '\r\n'.repeat(2048));
    });
    expect((await spec.post(receiver.url)).response?.status).toBe(200);
    // afterEach waits until it is closed
  });

  it('does not hold up the others', async () => {
    receiver = await startRawReceiver((socket, number) =>
      number % 2 === 1
        ? starting(okHead, 'a:\r\n'.repeat(5000))(socket, number)
        : socket.end('HTTP/1.1 204 N\r\n\r\n'),
    );
    const { url } = receiver;
    const results = await Promise.all(Array.from({ length: 40 }, () => spec.post(url)));
    expect(results.filter(({ response }) => response?.status === 204)).toHaveLength(20);
  });
});

describe('a gzip bomb', () => {
  const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024));

  it('is kept as it came, and never inflated', async () => {
    const head = `HTTP/1.1 500 Oh\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\nconnection: close\r\n\r\n`;
    receiver = await startRawReceiver((socket) => void socket.end(Buffer.concat([Buffer.from(head), bomb])));
    const before = await usedBytes();
    const { response } = await spec.post(receiver.url);
    expect(receiver.requests[0]).toMatch(/\r\naccept-encoding: identity\r\n/i);
    expect(response).toMatchObject({ status: 500, truncated: true });
    expect(response?.body.length).toBeLessThanOrEqual(16_384);
    expect(response?.body.charCodeAt(0)).toBe(0x1f);
    expect((await usedBytes()) - before).toBeLessThan(3_000_000);
  });
});
