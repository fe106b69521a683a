import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { expiredCertificate, waitUntil } from '@postel/testing';
import type { SenderOptions } from './send.js';
import { flood, okAnswer, startRawReceiver, type RawReceiver } from './spec-support/raw-receiver.js';
import { specSender, type SpecSender } from './spec-support/spec-sender.js';
import { testCertificate } from './spec-support/test-certificate.js';
import { startTlsInjector } from './spec-support/tls-injector.js';

let spec: SpecSender | undefined;
let receiver: RawReceiver | undefined;

afterEach(async () => {
  await spec?.sender.close({ graceMs: 0 });
  await receiver?.close();
  spec = undefined;
  receiver = undefined;
});

async function setUp(options: Partial<SenderOptions> = { ca: testCertificate.cert }, tls: TlsOptions = {}) {
  const server = await startRawReceiver((socket) => socket.write(okAnswer), {
    tls: { ...testCertificate, ...tls },
  });
  const sender = specSender({ allowHttp: false, resolve: () => Promise.resolve(['127.0.0.1']), ...options });
  spec = sender;
  receiver = server;
  return { post: sender.post, server, url: (name: string) => `https://${name}:${server.port}/hook` };
}

describe('TLS', () => {
  it('to a certificate for the name', async () => {
    const { post, url, server } = await setUp();
    const result = await post(url('receiver.test'));
    expect(result).toMatchObject({ response: { status: 200, body: 'ok' } });
    expect(result.timing.tlsMs).toBeGreaterThan(0);
    await post(url('receiver.test'));
    expect(server.connections).toBe(1);
  });

  it('to a certificate for the address', async () => {
    const { post, url } = await setUp();
    expect((await post(url('127.0.0.1'))).response?.status).toBe(200);
  });

  it('to the address that answers, of several', async () => {
    const resolve = () => Promise.resolve(['127.0.0.9', '127.0.0.1', '::1']);
    const { post, url } = await setUp({ ca: testCertificate.cert, resolve });
    expect((await post(url('receiver.test'))).response?.status).toBe(200);
    expect((await post(url('other.test'))).error?.code).toBe('tls_failed');
  });

  it('tells the server the name, without a final dot, and wants HTTP/1.1', async () => {
    const names: string[] = [];
    const { post, url } = await setUp(undefined, {
      ALPNCallback: ({ servername, protocols }) => {
        names.push(`${servername} ${protocols.join(' ')}`);
        return 'http/1.1';
      },
    });
    expect((await post(url('receiver.test.'))).response?.status).toBe(200);
    expect(names).toEqual(['receiver.test http/1.1']);
  });

  it('does not hide a flood of what undici does not count', async () => {
    const { post, server, url } = await setUp();
    const flooding = await startRawReceiver(
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;x=');
        flood(socket, 'v'.repeat(4096));
      },
      { tls: testCertificate },
    );
    const target = url('receiver.test').replace(String(server.port), String(flooding.port));
    const { error } = await post(target);
    expect(error).toEqual({ code: 'invalid_response', message: 'far more was sent than the body' });
    await waitUntil(() => flooding.open === 0);
    await flooding.close();
  });

  it('to a certificate for another name fails', async () => {
    const { post, url } = await setUp();
    const { error, response } = await post(url('other.test'));
    expect(error).toEqual({ code: 'tls_failed', message: 'TLS: the certificate is for another name' });
    expect(response).toBeUndefined();
  });

  it('stays refused for another name, a session with the first name notwithstanding', async () => {
    const { post, url, server } = await setUp({ ca: testCertificate.cert, idleMs: 1 });
    expect((await post(url('receiver.test'))).response?.status).toBe(200);
    expect((await post(url('other.test'))).error?.code).toBe('tls_failed');
    expect((await post(url('other.test'))).error?.code).toBe('tls_failed');
    expect(server.requests).toHaveLength(1);
  });

  it('to a receiver that wants a client certificate says so, though TLS 1.3 tells only after the handshake', async () => {
    const { post, url, server } = await setUp(undefined, { requestCert: true, ca: testCertificate.cert });
    expect((await post(url('receiver.test'))).error).toEqual({
      code: 'tls_failed',
      message: 'TLS: the receiver wants a client certificate',
    });
    expect(server.requests).toEqual([]);
  });

  it('to an unknown authority fails', async () => {
    const { post, url } = await setUp({});
    expect((await post(url('receiver.test'))).error).toEqual({
      code: 'tls_failed',
      message: 'TLS: the certificate is self-signed',
    });
  });

  it('to a certificate that has expired fails', async () => {
    const { post, url, server } = await setUp({ ca: expiredCertificate.cert }, expiredCertificate);
    expect((await post(url('receiver.test'))).error).toEqual({
      code: 'tls_failed',
      message: 'TLS: the certificate has expired',
    });
    expect(server.requests).toEqual([]);
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('to a server that has only %s fails', async (version) => {
    const old: TlsOptions = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
    const { post, url } = await setUp(undefined, old);
    expect((await post(url('receiver.test'))).error).toEqual({
      code: 'tls_failed',
      message: 'TLS: the receiver does not speak TLS 1.2 or newer',
    });
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('to a server that has only %s works', async (version) => {
    const { post, url } = await setUp(undefined, { minVersion: version, maxVersion: version });
    expect((await post(url('receiver.test'))).response?.status).toBe(200);
  });

  it('is verified whatever the environment says', async () => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const { post, url } = await setUp({});
      expect((await post(url('receiver.test'))).error?.code).toBe('tls_failed');
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });

  it('to a server that speaks HTTP/2 alone fails', async () => {
    const { post, url } = await setUp(undefined, { ALPNProtocols: ['h2'] });
    expect((await post(url('receiver.test'))).error).toEqual({
      code: 'tls_failed',
      message: 'TLS: the receiver does not speak HTTP/1.1',
    });
  });

  it('that breaks off after the handshake does not say that the handshake failed', async () => {
    const { post } = await setUp();
    const breaking = await startTlsInjector((records) => [
      records.data('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok'),
      records.fatalAlert(80),
    ]);
    const { error } = await post(breaking.url);
    await breaking.close();
    expect(error).toEqual({
      code: 'tls_failed',
      message: 'TLS: the connection broke off (ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR)',
    });
  });

  it('to a server that floods in the handshake is cut off, long before the deadline', async () => {
    const { post } = await setUp();
    const flooding = await startRawReceiver(() => undefined);
    // HelloRequest, which a client passes over (RFC 5246 section 7.4.1.1).
    const helloRequests = '\x16\x03\x03\0\x04\0\0\0\0'.repeat(1000);
    flooding.onConnection = (socket) => socket.once('data', () => flood(socket, helloRequests));
    const { error } = await post(`https://receiver.test:${flooding.port}/`);
    expect(error).toEqual({ code: 'tls_failed', message: 'TLS: far more was sent than a handshake' });
    await waitUntil(() => flooding.open === 0);
    await flooding.close();
  });

  it.each<[string, (socket: Socket) => void, string, string]>([
    [
      'speaks plain HTTP',
      (socket) => socket.resume().end(okAnswer),
      'tls_failed',
      'TLS: the receiver does not speak TLS on this port',
    ],
    [
      'closes',
      (socket) => socket.once('data', () => socket.end()),
      'tls_failed',
      'TLS: the connection was closed',
    ],
    [
      'hangs',
      (socket) => socket.resume(),
      'timeout',
      'not complete after 500 ms (connecting: TLS handshake)',
    ],
  ])('to a server that %s in the handshake fails', async (_what, greet, code, message) => {
    const { post } = await setUp();
    const server = createServer((socket) => greet(socket.on('error', () => undefined))).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { error } = await post(`https://receiver.test:${port}/`, { timeoutMs: 500 });
    expect(error?.code).toBe(code);
    expect(error?.message).toContain(message);
    server.close();
    await once(server, 'close');
  });
});
