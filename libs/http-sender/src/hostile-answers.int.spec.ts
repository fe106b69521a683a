import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import { waitUntil } from '@postel/testing';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { okAnswer, startRawReceiver, type RawAnswer, type RawReceiver } from './spec-support/raw-receiver.js';
import { specSender, type SpecSender } from './spec-support/spec-sender.js';

let spec: SpecSender;
let receiver: RawReceiver | undefined;

beforeEach(() => {
  spec = specSender();
});

afterEach(async () => {
  await spec.sender.close();
  const current = receiver;
  if (current !== undefined) await waitUntil(() => current.open === 0, { describe: 'connections closed' });
  await receiver?.close();
  receiver = undefined;
});

async function answering(answer: RawAnswer): Promise<RawReceiver> {
  receiver = await startRawReceiver(answer);
  return receiver;
}

const okHead = 'HTTP/1.1 200 OK\r\n';
const write =
  (text: string | Buffer): RawAnswer =>
  (socket) =>
    void socket.write(text);
const end =
  (text: string | Buffer): RawAnswer =>
  (socket) =>
    void socket.end(text);
const reset =
  (text: string): RawAnswer =>
  (socket) =>
    void socket.write(text, () => socket.resetAndDestroy());

describe('an answer that is none', () => {
  const chunked = `${okHead}transfer-encoding: chunked\r\n\r\n`;
  const settingsFrame = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

  test.each<[string, string, RawAnswer]>([
    ['garbage', 'invalid_response', end('\x00\x01\x02 what?\r\n\r\n')],
    [
      'binary garbage',
      'invalid_response',
      end(Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7) % 256))),
    ],
    ['another protocol', 'invalid_response', end('220 mail.example ESMTP\r\n')],
    ['HTTP/0.9', 'invalid_response', end('<html>hello</html>')],
    ['HTTP/0.9 that stays open', 'invalid_response', write('hello world\n')],
    ['the preface of HTTP/2', 'invalid_response', end('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['a frame of HTTP/2', 'invalid_response', write(settingsFrame)],
    ['a status line of HTTP/2', 'invalid_response', write('HTTP/2 200\r\n\r\n')],
    ['an unknown version', 'invalid_response', write('HTTP/3.7 200 OK\r\ncontent-length: 0\r\n\r\n')],
    ['no status', 'invalid_response', end('HTTP/1.1 OK\r\n\r\n')],
    ['the status 000', 'invalid_response', write('HTTP/1.1 000 X\r\ncontent-length: 2\r\n\r\nok')],
    ['the status 099', 'invalid_response', write('HTTP/1.1 099 X\r\ncontent-length: 2\r\n\r\nok')],
    ['the status 1000', 'invalid_response', write('HTTP/1.1 1000 X\r\ncontent-length: 0\r\n\r\n')],
    ['the status 2000', 'invalid_response', write('HTTP/1.1 2000 X\r\ncontent-length: 2\r\n\r\nok')],
    ['lines without CR', 'invalid_response', write('HTTP/1.1 200 OK\ncontent-length: 2\n\nok')],
    ['NUL in a header', 'invalid_response', write(`${okHead}x: a\0b\r\ncontent-length: 2\r\n\r\nok`)],
    ['a header without a colon', 'invalid_response', write(`${okHead}what\r\ncontent-length: 2\r\n\r\nok`)],
    ['two lengths', 'invalid_response', end(`${okHead}content-length: 1\r\ncontent-length: 2\r\n\r\nab`)],
    ['two lengths in one', 'invalid_response', write(`${okHead}content-length: 1, 2\r\n\r\nab`)],
    ['a negative length', 'invalid_response', write(`${okHead}content-length: -2\r\n\r\nok`)],
    [
      'a length beyond numbers',
      'invalid_response',
      write(`${okHead}content-length: ${'9'.repeat(40)}\r\n\r\nok`),
    ],
    [
      'a length and chunks',
      'invalid_response',
      write(`${okHead}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`),
    ],
    ['a bad chunk', 'invalid_response', end(`${chunked}ZZ\r\n`)],
    ['a chunk longer than it says', 'invalid_response', write(`${chunked}1\r\nabc\r\n0\r\n\r\n`)],
    ['a chunk of negative length', 'invalid_response', write(`${chunked}-1\r\n`)],
    ['a chunk beyond numbers', 'invalid_response', write(`${chunked}${'f'.repeat(30)}\r\n`)],
    ['an upgrade', 'invalid_response', write('HTTP/1.1 101 S\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')],
    ['101 without an upgrade', 'invalid_response', end('HTTP/1.1 101 S\r\n\r\n')],
    ['100 Continue alone', 'connection_reset', end('HTTP/1.1 100 Continue\r\n\r\n')],
    ['100 Continue without CR', 'invalid_response', write(`HTTP/1.1 100 Continue\n\n${okAnswer}`)],
    ['an upgrade after 100', 'invalid_response', end('HTTP/1.1 100 C\r\n\r\nHTTP/1.1 101 S\r\n\r\n')],
    ['the end within 100', 'connection_reset', end('HTTP/1.1 100 Cont')],
    ['a body shorter than it says', 'connection_reset', end(`${okHead}content-length: 50\r\n\r\nab`)],
    ['chunks without their end', 'connection_reset', end(`${chunked}2\r\nab\r\n`)],
    ['an end instead', 'connection_reset', end('')],
    ['an end within the status line', 'connection_reset', end('HTTP/1.1 20')],
    ['an end within the headers', 'connection_reset', end('HTTP/1.1 200 OK\r\nx-a')],
    ['a reset instead', 'connection_reset', (socket) => void socket.resetAndDestroy()],
    ['a reset within the status line', 'connection_reset', reset('HTTP/1.1 20')],
    ['a reset within the headers', 'connection_reset', reset(`${okHead}x-a: 1`)],
    ['a reset before the body', 'connection_reset', reset(`${okHead}content-length: 50\r\n\r\n`)],
    ['a reset within the body', 'connection_reset', reset(`${okHead}content-length: 50\r\n\r\nab`)],
    ['a reset within a chunk', 'connection_reset', reset(`${chunked}5\r\nab`)],
  ])('%s is %s, and its connection is closed', async (_what, code, answer) => {
    const server = await answering(answer);
    const result = await spec.post(server.url);
    expect(result.error?.code).toBe(code);
    expect(result.error?.message).not.toMatch(/\n| at |undefined/);
    expect(server.requests).toHaveLength(1);
    await waitUntil(() => server.open === 0, { describe: 'connection closed' });
  });

  it('a reset on accepting is a connection that could not be made or was reset', async () => {
    const server = await answering(() => undefined);
    server.onConnection = (socket) => socket.resetAndDestroy();
    expect((await spec.post(server.url)).error?.code).toMatch(/^(connect_failed|connection_reset)$/);
    expect(server.connections).toBe(1);
  });

  it('a reset that is there before we look at the connection is no refused address', async () => {
    const server = await resettingThread();
    const waitForReset = (message: unknown): void => {
      const { socket } = message as { socket: Socket };
      // before the sender's own listener
      socket.once('connect', () => Atomics.wait(server.resets, 0, 0));
    };
    subscribe('net.client.socket', waitForReset);
    try {
      const { error } = await spec.post(`http://127.0.0.1:${server.port}/`);
      expect(error).toEqual({ code: 'connection_reset', message: 'the connection was reset' });
    } finally {
      unsubscribe('net.client.socket', waitForReset);
      await server.worker.terminate();
    }
  });
});

/** Resets what connects a moment later, while this thread waits for it. */
async function resettingThread(): Promise<{ worker: Worker; port: number; resets: Int32Array }> {
  const resets = new Int32Array(new SharedArrayBuffer(4));
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    const server = require('node:net').createServer((socket) => setTimeout(() => {
      socket.on('close', () => { Atomics.store(workerData, 0, 1); Atomics.notify(workerData, 0); });
      socket.resetAndDestroy();
    }, 100));
    server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;
  const worker = new Worker(code, { eval: true, workerData: resets });
  const [port] = (await once(worker, 'message')) as [number];
  return { worker, port, resets };
}

describe('an answer that is odd', () => {
  it.each([
    ['no reason', 'HTTP/1.1 200\r\n'],
    ['an empty reason', 'HTTP/1.1 200 \r\n'],
    ['a reason of bytes', 'HTTP/1.1 200 \x80\xff\xfe\r\n'],
    ['a reason with tabs', 'HTTP/1.1 200 a\tb: c; d\r\n'],
    ['a long reason', `HTTP/1.1 200 ${'r'.repeat(30_000)}\r\n`],
    ['a reason like a status line', 'HTTP/1.1 200 HTTP/1.1 500 Oh\r\n'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n'],
  ])('with %s is taken', async (_what, line) => {
    const { url } = await answering(write(Buffer.from(`${line}content-length: 2\r\n\r\nok`, 'latin1')));
    const result = await spec.post(url);
    expect(result).toMatchObject({ response: { status: 200, body: 'ok' } });
    expect(result).not.toHaveProperty('error');
  });

  it('with a status nobody knows is recorded with it', async () => {
    const { url } = await answering(write('HTTP/1.1 799 Hm\r\ncontent-length: 0\r\n\r\n'));
    expect(await spec.post(url)).toMatchObject({ response: { status: 799 } });
  });

  it('that ends with a reset of the connection, as its body does, is whole', async () => {
    const { url } = await answering(reset(`${okHead}content-length: 2\r\n\r\nok`));
    expect(await spec.post(url)).toMatchObject({ response: { status: 200, body: 'ok' } });
  });

  it.each([
    ['with a length', 'HTTP/1.1 204 No\r\ncontent-length: 5\r\n\r\nhello'],
    ['without', 'HTTP/1.1 204 No\r\n\r\nhello'],
    ['in chunks', 'HTTP/1.1 204 No\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
    [
      'that looks like an answer',
      'HTTP/1.1 204 No\r\n\r\nHTTP/1.1 500 Smuggled\r\ncontent-length: 0\r\n\r\n',
    ],
  ])('of 204 and a body %s is a success, and the next one is not mistaken', async (_what, answer) => {
    const server = await answering(write(answer));
    for (let count = 0; count < 3; count += 1) {
      const result = await spec.post(server.url);
      expect(result).toMatchObject({ response: { status: 204, body: '' } });
      expect(result).not.toHaveProperty('error');
    }
    expect(server.connections).toBe(3);
  });

  it('with a body longer than it says costs the next exchange nothing', async () => {
    const server = await answering((socket, number) =>
      number === 1
        ? socket.write(`${okHead}content-length: 2\r\n\r\nokHTTP/1.1 500 Smuggled\r\n\r\n`)
        : socket.write(okAnswer),
    );
    for (let count = 0; count < 2; count += 1) {
      expect(await spec.post(server.url)).toMatchObject({ response: { status: 200, body: 'ok' } });
    }
  });

  const informational = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 H\r\nlink: x\r\n\r\nHTTP/1.1 199\r\n\r\n';
  const looksLikeOne = 'HTTP/1.1 200 OK\r\ncontent-length: 25\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n';

  it.each<[string, RawAnswer]>([
    ['in one piece', write(`${informational}${looksLikeOne}`)],
    ['with the end', end(`${informational}${looksLikeOne}`)],
    ['byte by byte', (socket) => void byteByByte(socket, `${informational}${looksLikeOne}`)],
    [
      'before a large one',
      write(
        `HTTP/1.1 100 Continue\r\n\r\n${looksLikeOne.replace('\r\n\r\n', `\r\nx: ${'v'.repeat(15_000)}\r\ny: z\r\n\r\n`)}`,
      ),
    ],
    ['some passed on by undici', write(`HTTP/1.1 103 ${'r'.repeat(17_000)}\r\n\r\n${looksLikeOne}`)],
    ['one by one', (socket) => void byteByByte(socket, 'HTTP/1.1 100 Continue\r\n\r\n', looksLikeOne)],
  ])('comes after informational ones that nobody asked for, %s', async (_how, answer) => {
    const { url } = await answering(answer);
    for (let count = 0; count < 2; count += 1) {
      const result = await spec.post(url);
      expect(result).toMatchObject({
        response: { status: 200, body: 'HTTP/1.1 100 Continue\r\n\r\n', headers: { 'content-length': '25' } },
      });
      expect(result).not.toHaveProperty('error');
    }
  });

  async function byteByByte(socket: Socket, text: string, rest = ''): Promise<void> {
    socket.setNoDelay(true);
    for (const byte of text) {
      await new Promise((written) => socket.write(byte, written));
      await new Promise(setImmediate);
    }
    socket.write(rest);
  }
});
