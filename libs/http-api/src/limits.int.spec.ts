import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@postel/telemetry';
import { fastify, type FastifyInstance } from 'fastify';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { apiServerOptions, prepareApi } from './create-api.js';

const limit = 1_000;

describe('what a request may be', () => {
  let server: FastifyInstance;
  let received: number[];
  beforeEach(async () => {
    const logger = createLogger('test', 'silent');
    received = [];
    server = fastify({
      ...apiServerOptions({ bodyLimitBytes: limit, logger }),
      requestTimeout: 300,
      http: { headersTimeout: 200, connectionsCheckingInterval: 50 },
    });
    prepareApi(server, logger, () => null);
    server.post('/', (request) => {
      received.push(JSON.stringify(request.body).length);
      return {};
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(() => server.close());

  /** What comes back for these bytes, to the end of the connection. */
  async function exchange(bytes: string | Buffer, options: { end?: boolean } = {}): Promise<string> {
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(bytes);
    if (options.end) socket.end();
    return text(socket).catch(() => 'reset');
  }
  const head = (lines: readonly string[]) =>
    `POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
  const sized = (sizeBytes: number) => `{"a":"${'x'.repeat(sizeBytes - 8)}"}`;
  const chunked = (body: string, size: number) =>
    Array.from({ length: Math.ceil(body.length / size) }, (_, n) => body.slice(n * size, (n + 1) * size))
      .map((part) => `${part.length.toString(16)}\r\n${part}\r\n`)
      .join('') + '0\r\n\r\n';
  const problem = (answer: string) => ({
    status: Number(answer.slice(9, 12)),
    code: /"code":"(\w+)"/.exec(answer)?.[1],
    isProblem: /content-type: application\/problem\+json/i.test(answer),
    hasId: /x-request-id: \S+/i.test(answer),
  });
  const refusal = (status: number, code: string) => ({ status, code, isProblem: true, hasId: true });

  it('a body of the limit and not a byte more, with its length and in chunks', async () => {
    for (const [size, status] of [
      [limit, 200],
      [limit + 1, 413],
    ] as const) {
      const body = sized(size);
      const answers = [
        await exchange(head([`content-length: ${size}`]) + body),
        await exchange(head(['transfer-encoding: chunked']) + chunked(body, 7)),
      ];
      for (const answer of answers) expect(problem(answer).status).toBe(status);
    }
    expect(received).toEqual([limit, limit]);
  });

  it('no body that is longer or shorter than it says', async () => {
    // the rest of a longer one is read as the next request, and is none
    const longer = await exchange(head(['content-length: 5']) + '{"a":1}');
    expect(problem(longer)).toMatchObject({ status: 400, isProblem: true });
    await exchange(head(['content-length: 500']) + '{"a":1}', { end: true });
    expect(received).toEqual([]);
  });

  it.each([
    ['two lengths', ['content-length: 7', 'content-length: 8']],
    ['a length and chunks', ['content-length: 7', 'transfer-encoding: chunked']],
    ['a negative length', ['content-length: -1']],
    ['a length that is none', ['content-length: 7x']],
  ])('not with %s', async (_what, lines) => {
    const answer = await exchange(`${head(lines)}{"a":1}`);
    expect(problem(answer)).toEqual(refusal(400, 'malformed_request'));
    expect(received).toEqual([]);
  });

  it('not in chunks that are none', async () => {
    const answer = await exchange(`${head(['transfer-encoding: chunked'])}zz\r\n{"a":1}\r\n0\r\n\r\n`);
    expect(problem(answer)).toMatchObject({ status: 400, isProblem: true });
    expect(received).toEqual([]);
  });

  it.each(['gzip', 'GZIP', 'br', 'deflate', 'identity, gzip', 'x'])(
    'not compressed: %s',
    async (encoding) => {
      const bomb = gzipSync(Buffer.alloc(10_000_000, 0x20));
      const lines = [`content-encoding: ${encoding}`, `content-length: ${bomb.length}`];
      const answer = await exchange(Buffer.concat([Buffer.from(head(lines)), bomb]));
      expect(problem(answer)).toEqual(refusal(415, 'unsupported_media_type'));
      expect(received).toEqual([]);
    },
  );

  it('with an encoding that changes nothing', async () => {
    const answer = await exchange(`${head(['content-encoding: identity', 'content-length: 7'])}{"a":1}`);
    expect(problem(answer).status).toBe(200);
  });

  it('no headers beyond 16 KiB', async () => {
    const answer = await exchange(head([`x-a: ${'x'.repeat(17_000)}`]));
    expect(problem(answer)).toEqual(refusal(431, 'header_fields_too_large'));
  });

  it('nothing that does not come in time', async () => {
    const slowBody = exchange(`${head(['content-length: 100'])}{"a":`);
    const slowHead = exchange('POST / HTTP/1.1\r\nhost: x\r\n');
    for (const answer of [await slowBody, await slowHead])
      expect(problem(answer)).toEqual(refusal(408, 'request_timeout'));
    expect(received).toEqual([]);
  });

  it('nothing that is no HTTP', async () => {
    expect(problem(await exchange('hello\r\n\r\n'))).toEqual(refusal(400, 'malformed_request'));
  });
});
