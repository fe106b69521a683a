import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { okAnswer, startRawReceiver, type RawAnswer, type RawReceiver } from './spec-support/raw-receiver.js';
import { specSender, type SpecSender } from './spec-support/spec-sender.js';

let spec: SpecSender;
let receiver: RawReceiver | undefined;

beforeEach(() => {
  spec = specSender();
});

afterEach(async () => {
  await spec.sender.close();
  await receiver?.close();
  receiver = undefined;
});

async function answering(answer: RawAnswer | string): Promise<RawReceiver> {
  receiver = await startRawReceiver(typeof answer === 'string' ? (socket) => socket.write(answer) : answer);
  return receiver;
}

function response(status: string, body: string | Buffer, headers = ''): string {
  const head = `HTTP/1.1 ${status}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return head + body.toString('latin1');
}

describe('a delivery', () => {
  it('is a POST of exactly the bytes, to path and query', async () => {
    const { url, requests } = await answering(okAnswer);
    const result = await spec.post(`${url}/a%20b?x=1&y=%C3%BC#part`, { body: Buffer.from('{"a":"ü"}') });
    expect(result).toMatchObject({ response: { status: 200, body: 'ok', truncated: false } });
    expect(result).not.toHaveProperty('error');
    const [head, body] = requests[0]?.split('\r\n\r\n') ?? [];
    expect(head?.split('\r\n')[0]).toBe('POST /hook/a%20b?x=1&y=%C3%BC HTTP/1.1');
    expect(head?.toLowerCase()).toContain('\r\naccept-encoding: identity');
    expect(head?.toLowerCase()).toContain('\r\ncontent-length: 10');
    expect(Buffer.from(body ?? '', 'latin1').toString()).toBe('{"a":"ü"}');
  });

  it('tells when it began, how long it took and what took long', async () => {
    const { url } = await answering((socket) => setTimeout(() => socket.write(okAnswer), 60));
    const before = Date.now();
    const result = await spec.post(url);
    expect(result.startedAtMs).toBeGreaterThanOrEqual(before);
    expect(result.durationMs).toBeGreaterThanOrEqual(55);
    expect(result.timing.firstByteMs).toBeGreaterThanOrEqual(55);
    expect(result.timing.connectMs).toBeGreaterThanOrEqual(0);
    expect((await spec.post(url)).timing).not.toHaveProperty('connectMs');
  });

  it('that was answered in time is no timeout, however late we come to read it', async () => {
    const server = createServer((_request, answer) => void answer.end('ok')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const answered = new Promise<void>((resolve) =>
      server.once('request', (_, answer) => answer.once('finish', resolve)),
    );
    const result = spec.post(`http://127.0.0.1:${port}/`, { timeoutMs: 1_000 });
    await answered;
    const until = performance.now() + 1_100;
    while (performance.now() < until);
    expect(await result).toMatchObject({ response: { status: 200 } });
    server.closeAllConnections();
    server.close();
  });

  it('may have an empty body', async () => {
    const { url, requests } = await answering(okAnswer);
    expect(await spec.post(url, { body: new Uint8Array(0) })).toMatchObject({ response: { status: 200 } });
    expect(requests[0]).toContain('content-length: 0');
  });

  it('with a header that HTTP does not allow fails by itself', async () => {
    const { url } = await answering(okAnswer);
    const bad = await spec.post(url, { headers: { 'x-a': 'a\r\nx-injected: 1' } });
    expect(bad.error?.code).toBe('invalid_request');
    expect(await spec.post(url)).toMatchObject({ response: { status: 200 } });
  });

  it('does not take an accept-encoding from the caller', async () => {
    const { url, requests } = await answering(okAnswer);
    await spec.post(url, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(requests[0]?.match(/accept-encoding: .*/gi)).toEqual(['accept-encoding: identity']);
  });
});

describe('an answer', () => {
  it('is recorded as it is, whatever its status', async () => {
    const { url } = await answering(response('503 Busy', 'später', 'retry-after: 7\r\nx-a: 1\r\nX-A: 2\r\n'));
    const result = await spec.post(url);
    expect(result.response).toEqual({
      status: 503,
      headers: { 'retry-after': '7', 'x-a': '1, 2', 'content-length': '7' },
      body: 'später',
      truncated: false,
    });
    expect(result).not.toHaveProperty('error');
  });

  it('that redirects is not followed', async () => {
    const { url, requests } = await answering(response('307 Moved', '', `location: /elsewhere\r\n`));
    expect(await spec.post(url)).toMatchObject({
      response: { status: 307, headers: { location: '/elsewhere' } },
    });
    expect(requests).toHaveLength(1);
  });

  it('without a body, and one that ends with the connection, are whole', async () => {
    const { url } = await answering((socket, number) =>
      number === 1
        ? socket.write('HTTP/1.1 204 No Content\r\n\r\n')
        : socket.end('HTTP/1.1 200 OK\r\n\r\ntill the end'),
    );
    expect(await spec.post(url)).toMatchObject({ response: { status: 204, body: '' } });
    const second = await spec.post(url);
    expect(second).toMatchObject({ response: { status: 200, body: 'till the end' } });
    expect(second).not.toHaveProperty('error');
  });

  it('that is compressed all the same is kept as it came', async () => {
    const zipped = gzipSync('hello '.repeat(2000));
    const server = createServer((_request, answer) => {
      answer.writeHead(500, { 'content-encoding': 'gzip' }).end(zipped);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const result = await spec.post(`http://127.0.0.1:${port}/`);
    expect(result.response?.body).toBe(zipped.toString('utf8').replaceAll('\0', '\uFFFD'));
    expect(result.response?.body).not.toContain('hello hello');
    server.closeAllConnections();
    server.close();
  });

  it('keeps 1 KiB of a success and 16 KiB of a failure, and reads on so that the connection lives', async () => {
    const long = 'x'.repeat(40_000);
    const server = await answering((socket, number) =>
      socket.write(response(number === 1 ? '200 OK' : '500 Oh', long)),
    );
    const success = await spec.post(server.url);
    expect([success.response?.body.length, success.response?.truncated]).toEqual([1024, true]);
    const failure = await spec.post(server.url);
    expect([failure.response?.body.length, failure.response?.truncated]).toEqual([16_384, true]);
    expect(server.connections).toBe(1);
  });

  it('of exactly the limit is not truncated', async () => {
    const { url } = await answering(response('200 OK', 'x'.repeat(1024)));
    expect((await spec.post(url)).response).toMatchObject({ truncated: false, body: 'x'.repeat(1024) });
  });

  it('is cut between characters, and shows what is no UTF-8, and NUL, as U+FFFD', async () => {
    const bytes = Buffer.from(`${'x'.repeat(1023)}ü`);
    const { url } = await answering((socket, number) =>
      socket.write(
        response('200 OK', number === 1 ? bytes : Buffer.from([0x61, 0xff, 0x00, 0x62])),
        'latin1',
      ),
    );
    expect((await spec.post(url)).response?.body).toBe('x'.repeat(1023));
    expect((await spec.post(url)).response?.body).toBe('a\uFFFD\uFFFDb');
  });

  it('has at most 64 headers recorded, of at most 1 KiB each', async () => {
    const many = Array.from(
      { length: 100 },
      (_, index) => `x-${index}: ${'v'.repeat(index === 0 ? 2000 : 1)}\r\n`,
    );
    const { url } = await answering(response('200 OK', '', many.join('')));
    const headers = (await spec.post(url)).response?.headers ?? {};
    expect(Object.keys(headers)).toHaveLength(64);
    expect(headers['x-0']).toBe('v'.repeat(1024));
  });

  it('has its retry-after recorded however many headers stand before it', async () => {
    const many = Array.from({ length: 100 }, (_, index) => `x-${index}: v\r\n`).join('');
    const { url } = await answering(response('503 Busy', '', `${many}retry-after: 120\r\n`));
    const headers = (await spec.post(url)).response?.headers ?? {};
    expect(headers['retry-after']).toBe('120');
    expect(Object.keys(headers)).toHaveLength(65);
  });

  it('with a header named __proto__ changes no prototype', async () => {
    const { url } = await answering(response('200 OK', '', '__proto__: polluted\r\nconstructor: x\r\n'));
    const headers = (await spec.post(url)).response?.headers ?? {};
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
    expect(headers).toMatchObject({ constructor: 'x' });
  });
});
