import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, test } from '@jest/globals';
import { freePort, waitUntil } from '@postel/testing';
import type { SenderOptions } from './send.js';
import { drip, flood, okAnswer, startRawReceiver, type RawReceiver } from './spec-support/raw-receiver.js';
import { specSender, type SpecSender } from './spec-support/spec-sender.js';
import { testCertificate } from './spec-support/test-certificate.js';
import {
  startTestProxy,
  type ProxyAnswer,
  type TestProxy,
  type TestProxyOptions,
} from './spec-support/test-proxy.js';

let spec: SpecSender | undefined;
let receiver: RawReceiver | undefined;
let proxy: TestProxy | undefined;

/** No connection may be left in the proxy once the sender is closed. */
afterEach(async () => {
  await spec?.sender.close({ graceMs: 0 });
  const left = proxy;
  if (left !== undefined) await waitUntil(() => left.open === 0, { describe: 'connections closed' });
  await proxy?.close();
  await receiver?.close();
  spec = receiver = proxy = undefined;
});

interface Parts extends TestProxyOptions {
  readonly secure?: boolean;
  readonly userinfo?: string;
  readonly sender?: Partial<SenderOptions>;
}

async function setUp(parts: Parts = {}) {
  const { secure = false, userinfo = '' } = parts;
  const started = await startTestProxy(parts);
  const server = await startRawReceiver(
    (socket) => socket.write(okAnswer),
    secure ? { tls: testCertificate } : {},
  );
  const sender = specSender({
    egressProxy: started.url.replace('//', `//${userinfo}`),
    ca: testCertificate.cert,
    resolve: () => Promise.resolve(['127.0.0.1']),
    ...parts.sender,
  });
  spec = sender;
  proxy = started;
  receiver = server;
  const scheme = secure ? 'https' : 'http';
  return {
    post: sender.post,
    server,
    proxy: started,
    url: (name: string) => `${scheme}://${name}:${server.port}/hook`,
  };
}

describe('through a proxy', () => {
  test.each([
    ['http', 'http', false, {}],
    ['https', 'http', true, {}],
    ['http', 'https', false, { tls: testCertificate }],
    ['https', 'https', true, { tls: testCertificate }],
  ])('an %s target is reached by CONNECT, through an %s proxy', async (_target, _proxy, secure, options) => {
    const { post, url, server, proxy } = await setUp({ secure, ...options });
    const result = await post(url('receiver.test'));
    expect(result).toMatchObject({ response: { status: 200, body: 'ok' } });
    expect(result).not.toHaveProperty('error');
    expect(Object.keys(result.timing).toSorted()).toEqual(
      ['connectMs', 'dnsMs', 'firstByteMs', ...(secure ? ['tlsMs'] : [])].toSorted(),
    );
    expect(proxy.asked).toEqual([
      `CONNECT receiver.test:${server.port} HTTP/1.1\r\nhost: receiver.test:${server.port}\r\n\r\n`,
    ]);
    expect(server.requests[0]).toContain('POST /hook HTTP/1.1');
  });

  it('one tunnel carries many requests', async () => {
    const { post, url, server, proxy } = await setUp({ secure: true });
    for (let count = 0; count < 10; count += 1)
      expect((await post(url('receiver.test'))).response?.status).toBe(200);
    expect([proxy.connections, server.connections]).toEqual([1, 1]);
    expect((await post(url('receiver.test'))).timing).not.toHaveProperty('connectMs');
  });

  it('the certificate of the target is verified', async () => {
    const { post, url, server } = await setUp({ secure: true });
    expect((await post(url('other.test'))).error).toEqual({
      code: 'tls_failed',
      message: 'TLS: the certificate is for another name',
    });
    expect(server.requests).toEqual([]);
  });

  it('the certificate of a target without a name is verified for its address, and not for localhost', async () => {
    const { post, url, server } = await setUp({ secure: true });
    expect((await post(url('127.0.0.2'))).error).toEqual({
      code: 'tls_failed',
      message: 'TLS: the certificate is for another name',
    });
    expect(server.requests).toEqual([]);
    expect((await post(url('127.0.0.1'))).response?.status).toBe(200);
  });

  it('the certificate of an https proxy is verified', async () => {
    const { post, url, proxy } = await setUp({
      tls: testCertificate,
      sender: { ca: [] },
    });
    expect((await post(url('receiver.test'))).error).toEqual({
      code: 'proxy_failed',
      message: 'the proxy: the certificate is self-signed',
    });
    expect(proxy.asked).toEqual([]);
  });

  it('the proxy gets user name and password, the target does not', async () => {
    const { post, url, server, proxy } = await setUp({ userinfo: 'us%20er:p%40ss%3Aword@' });
    expect((await post(url('receiver.test'))).response?.status).toBe(200);
    const expected = Buffer.from('us er:p@ss:word').toString('base64');
    expect(proxy.asked[0]).toContain(`\r\nproxy-authorization: Basic ${expected}\r\n`);
    expect(server.requests[0]).not.toContain('authorization');
  });

  it('a receiver that floods is cut off', async () => {
    const { post, url, server, proxy } = await setUp();
    const flooding = await startRawReceiver((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;x=');
      flood(socket, 'v'.repeat(4096));
    });
    const result = await post(url('receiver.test').replace(String(server.port), String(flooding.port)));
    expect(result.error?.code).toBe('invalid_response');
    await waitUntil(() => flooding.open === 0 && proxy.open === 0);
    await flooding.close();
  });
});

describe('a proxy that fails', () => {
  test.each<[string, string, ProxyAnswer]>([
    [
      'wants credentials',
      'it wants other credentials (407)',
      (socket) => void socket.end('HTTP/1.1 407 Auth\r\n\r\n'),
    ],
    [
      'forbids',
      'it does not allow the connection (403)',
      (socket) => void socket.end('HTTP/1.1 403 No\r\n\r\nblah'),
    ],
    [
      'cannot connect',
      'it could not connect (502)',
      (socket) => void socket.write('HTTP/1.0 502 Bad\r\n\r\n'),
    ],
    [
      'redirects',
      'it refused the connection (302)',
      (socket) => void socket.write('HTTP/1.1 302 F\r\nlocation: /\r\n\r\n'),
    ],
    ['says 100', 'it refused the connection (100)', (socket) => flood(socket, 'HTTP/1.1 100 C\r\n\r\n')],
    ['talks garbage', 'its answer is not HTTP/1.1', (socket) => void socket.write('\x00\x16what\r\n\r\n')],
    ['speaks HTTP/2', 'its answer is not HTTP/1.1', (socket) => void socket.write('HTTP/2 200\r\n\r\n')],
    [
      'says more',
      'it sent more than its answer',
      (socket) => void socket.write(`HTTP/1.1 200 OK\r\n\r\n${okAnswer}`),
    ],
    [
      'floods',
      'the headers of its answer exceed 16 KiB',
      (socket) => flood(socket, `x-a: ${'v'.repeat(4096)}\r\n`),
    ],
    [
      'sends one endless line',
      'the headers of its answer exceed 16 KiB',
      (socket) => flood(socket, 'HTTP/1.1 200 OK'.repeat(9)),
    ],
    [
      'sends long headers',
      'the headers of its answer exceed 16 KiB',
      (socket) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${'v'.repeat(20_000)}\r\n\r\n`),
    ],
    ['closes', 'it closed the connection instead of answering', (socket) => void socket.end()],
    [
      'closes within its answer',
      'it closed the connection instead of answering',
      (socket) => void socket.end('HTTP/1.1 200'),
    ],
    ['resets', 'it closed the connection instead of answering', (socket) => void socket.resetAndDestroy()],
  ])('since it %s is named', async (_what, reason, answer) => {
    const { post, url, server } = await setUp({ answer, userinfo: 'user:hush@' });
    const result = await post(url('receiver.test'));
    expect(result.error).toEqual({ code: 'proxy_failed', message: `the proxy: ${reason}` });
    expect(result).not.toHaveProperty('response');
    expect(server.connections).toBe(0);
  });

  test.each<[string, ProxyAnswer]>([
    ['hangs', () => undefined],
    ['drips', (socket) => drip(socket, 'H', 5)],
    ['drips headers', (socket) => (socket.write('HTTP/1.1 200 OK\r\n'), drip(socket, 'x: y\r\n', 5))],
  ])('since it %s ends at the deadline', async (_what, answer) => {
    const { post, url } = await setUp({ answer });
    const result = await post(url('receiver.test'), { timeoutMs: 500 });
    expect(result.error).toEqual({
      code: 'timeout',
      message: 'not complete after 500 ms (connecting: through the proxy)',
    });
    expect(result.durationMs).toBeLessThan(10_000);
  });

  it.each([
    ['http', {}],
    ['https', { tls: testCertificate }],
  ])('as an %s proxy, since its tunnel is silent, ends at the deadline', async (_proxy, options) => {
    const answer: ProxyAnswer = (socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\n');
    const { post, url, proxy } = await setUp({ secure: true, answer, ...options });
    expect((await post(url('receiver.test'), { timeoutMs: 1_000 })).error).toEqual({
      code: 'timeout',
      message: 'not complete after 1000 ms (connecting: TLS handshake)',
    });
    await waitUntil(() => proxy.open === 0);
  });

  it('is not there', async () => {
    const url = `http://user:hush@127.0.0.1:${await freePort()}`;
    const sender = specSender({ egressProxy: url, resolve: () => Promise.resolve(['127.0.0.1']) });
    spec = sender;
    expect((await sender.post('http://receiver.test/')).error).toEqual({
      code: 'proxy_failed',
      message: 'the proxy: its port refused the connection',
    });
  });

  test.each([
    ['http', 'http', false, {}],
    ['https', 'http', true, {}],
    ['http', 'https', false, { tls: testCertificate }],
    ['https', 'https', true, { tls: testCertificate }],
  ])(
    'to keep a tunnel to an %s target, as an %s proxy, is connection_reset',
    async (_t, _p, secure, options) => {
      const tunnels: Socket[] = [];
      const { post, url, server, proxy } = await setUp({
        secure,
        ...options,
        answer: (socket, tunnel) => (tunnels.push(socket), tunnel()),
      });
      server.onConnection = (socket) => void socket.once('data', () => tunnels.at(-1)?.destroy());
      expect((await post(url('receiver.test'))).error?.code).toBe('connection_reset');
      await waitUntil(() => proxy.open === 0);
    },
  );

  test.each([
    ['http', {}],
    ['https', { tls: testCertificate }],
  ])(
    'an %s proxy that breaks off in the handshake with the target is tls_failed',
    async (_proxy, options) => {
      const { post, url, proxy } = await setUp({
        secure: true,
        ...options,
        answer: (socket) => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          socket.once('data', () => socket.destroy());
        },
      });
      const { error } = await post(url('receiver.test'));
      expect(error).toEqual({
        code: 'tls_failed',
        message: 'TLS: the connection was closed during the handshake',
      });
      await waitUntil(() => proxy.open === 0);
    },
  );

  it('once does not stay failed', async () => {
    const { post, url } = await setUp({
      answer: (socket, tunnel, number) => (number === 1 ? socket.end('HTTP/1.1 502 Bad\r\n\r\n') : tunnel()),
    });
    expect((await post(url('receiver.test'))).error?.code).toBe('proxy_failed');
    expect((await post(url('receiver.test'))).response?.status).toBe(200);
  });

  test.each(['socks5://127.0.0.1:1080', 'proxy:3128', 'http://', 'not a url with hush'])(
    'at once, when %s is given for it',
    (egressProxy) => {
      expect(() => specSender({ egressProxy })).toThrow(
        new TypeError('the egress proxy is not http://[user:password@]host:port'),
      );
    },
  );
});

describe('addresses behind a proxy', () => {
  test.each(['http://10.0.0.1/', 'http://[fd00::1]/', 'http://169.254.169.254/', 'http://2130706434:25/'])(
    '%s is refused without asking the proxy',
    async (target) => {
      const { post, proxy } = await setUp();
      expect((await post(target)).error?.code).toBe('url_not_allowed');
      expect(proxy.connections).toBe(0);
    },
  );

  it('that are open are reached through it', async () => {
    const { post, url, server, proxy } = await setUp();
    expect((await post(url('127.0.0.1'))).response?.status).toBe(200);
    expect((await post(url('localhost'))).response?.status).toBe(200);
    expect((await post(url('[::1]'))).response?.status).toBe(200);
    expect(proxy.asked.map((head) => head.split(' ')[1])).toEqual([
      `127.0.0.1:${server.port}`,
      `localhost:${server.port}`,
      `[::1]:${server.port}`,
    ]);
  });

  it('of a name are judged, and one refused among them refuses the name', async () => {
    const { post, url, proxy } = await setUp({
      sender: { resolve: () => Promise.resolve(['127.0.0.1', '10.0.0.1']) },
    });
    expect((await post(url('mixed.test'))).error?.code).toBe('url_not_allowed');
    expect(proxy.connections).toBe(0);
  });

  test.each<[string, () => Promise<string[]>]>([
    ['cannot be resolved', () => Promise.reject(new Error('ENOTFOUND'))],
    ['has no address', () => Promise.resolve([])],
    ['is looked up too long', () => new Promise(() => undefined)],
  ])('of a name that %s here are left to the proxy', async (_what, resolve) => {
    const { post, url, server, proxy } = await setUp({ sender: { resolve } });
    expect((await post(url('known-to-the-proxy.test'))).response?.status).toBe(200);
    expect(proxy.asked[0]).toContain(`CONNECT known-to-the-proxy.test:${server.port} `);
  });

  it('that nobody here knows are not asked for at the ports of internal services', async () => {
    const { post, proxy } = await setUp({
      sender: { allowCidrs: ['127.0.0.0/8', '10.0.0.0/8'], resolve: () => Promise.resolve([]) },
    });
    expect((await post('http://unknown.test:6379/')).error?.code).toBe('url_not_allowed');
    expect((await post('http://metadata.google.internal/')).error?.code).toBe('url_not_allowed');
    expect(proxy.connections).toBe(0);
  });

  it('do not include that of the proxy, which may be private', async () => {
    const { post, url, server } = await setUp({
      sender: { allowCidrs: [], resolve: () => Promise.resolve(['8.8.8.8']) },
    });
    expect((await post(url('public.test'))).response?.status).toBe(200);
    expect(server.requests).toHaveLength(1);
  });
});
