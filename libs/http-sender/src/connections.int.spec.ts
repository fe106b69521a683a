import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freePort, waitUntil } from '@postel/testing';
import { okAnswer, startRawReceiver, type RawAnswer, type RawReceiver } from './spec-support/raw-receiver.js';
import { specSender, type SpecSender } from './spec-support/spec-sender.js';

let spec: SpecSender | undefined;
let receiver: RawReceiver | undefined;

afterEach(async () => {
  await spec?.sender.close({ graceMs: 0 });
  await receiver?.close();
  spec = undefined;
  receiver = undefined;
});

async function setUp(answer: RawAnswer, options: Parameters<typeof specSender>[0] = {}) {
  const sender = specSender(options);
  const server = await startRawReceiver(answer);
  spec = sender;
  receiver = server;
  return { ...sender, server, url: server.url };
}

const ok: RawAnswer = (socket) => void socket.write(okAnswer);
const later: RawAnswer = (socket) => void setTimeout(() => socket.write(okAnswer), 30);

describe('connections', () => {
  it('are used again', async () => {
    const { post, server, url } = await setUp(ok);
    for (let count = 0; count < 20; count += 1) expect((await post(url)).response?.status).toBe(200);
    expect(server.connections).toBe(1);
  });

  it('are as many as there are exchanges at a time', async () => {
    const { post, server, url } = await setUp(later);
    await Promise.all(Array.from({ length: 8 }, () => post(url)));
    await Promise.all(Array.from({ length: 8 }, () => post(url)));
    expect(server.connections).toBe(8);
  });

  it('are at most maxConnectionsPerOrigin; the others wait', async () => {
    const { post, server, url } = await setUp(later, { maxConnectionsPerOrigin: 2 });
    const results = await Promise.all(Array.from({ length: 10 }, () => post(url)));
    expect(results.map((result) => result.response?.status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(server.connections).toBe(2);
  });

  it('that are all hung let those who wait time out, and come free again', async () => {
    const { post, url } = await setUp((socket, number) => number > 1 && socket.write(okAnswer), {
      maxConnectionsPerOrigin: 1,
    });
    const [hung, waiting] = await Promise.all([
      post(url, { timeoutMs: 1_000 }),
      post(url, { timeoutMs: 100 }),
    ]);
    expect(waiting.error?.message).toContain('waiting for a free connection');
    expect(hung.error?.message).toContain('waiting for headers');
    expect((await post(url)).response?.status).toBe(200);
  });

  it('that a receiver closes after each answer are made anew', async () => {
    const closing: RawAnswer = (socket) =>
      void socket.end(okAnswer.replace('\r\n', '\r\nconnection: close\r\n'));
    const { post, server, url } = await setUp(closing);
    const concurrent = await Promise.all(Array.from({ length: 5 }, () => post(url)));
    const inTurn = [await post(url), await post(url)];
    expect([...concurrent, ...inTurn].map((result) => result.response?.status)).toEqual(Array(7).fill(200));
    expect(server.connections).toBe(7);
    await waitUntil(() => server.open === 0);
  });

  it('that a receiver closes while they are idle fail nobody', async () => {
    const sockets: Socket[] = [];
    const { post, url, server } = await setUp((socket) => (sockets.push(socket), socket.write(okAnswer)));
    await post(url);
    sockets[0]?.end();
    await waitUntil(() => server.open === 0);
    expect((await post(url)).response?.status).toBe(200);
    expect(server.connections).toBe(2);
  });

  it('that get a few empty lines after an answer are used again', async () => {
    const { post, url, server } = await setUp((socket) => socket.write(`${okAnswer}\r\n\r\n`));
    for (let count = 1; count <= 3; count += 1) expect((await post(url)).response?.status).toBe(200);
    expect(server.connections).toBe(1);
  });

  it('are closed when idle for long', async () => {
    const { post, url, server } = await setUp(ok, { idleMs: 50 });
    await post(url);
    await waitUntil(() => server.open === 0);
  });

  it('are kept only as many as maxIdleConnections', async () => {
    const { post, url, server } = await setUp(later, { maxIdleConnections: 2 });
    await Promise.all(Array.from({ length: 6 }, () => post(url)));
    await waitUntil(() => server.open === 2);
  });

  it('of those in use are kept, however many others become idle', async () => {
    const { post, server, sender } = await setUp(ok, {
      maxIdleConnections: 4,
      resolve: () => Promise.resolve(['127.0.0.1']),
    });
    const busy = `http://busy.test:${server.port}/`;
    for (let other = 1; other <= 38; other += 1) {
      await post(busy);
      await post(`http://other-${other}.test:${server.port}/`);
    }
    expect(server.connections).toBe(1 + 38);
    await waitUntil(() => server.open === 4);
    await sender.close();
    await waitUntil(() => server.open === 0);
  });
});

describe('close', () => {
  it('lets what is on the way end, and leaves no socket', async () => {
    const { post, url, server, sender } = await setUp(later);
    const running = [post(url), post(url)];
    await waitUntil(() => server.requests.length === 2);
    await sender.close();
    expect((await Promise.all(running)).map((result) => result.response?.status)).toEqual([200, 200]);
    await waitUntil(() => server.open === 0);
    expect((await post(url)).error).toMatchObject({ code: 'network_error', message: 'the sender is closed' });
  });

  it('gives up after graceMs what does not end', async () => {
    const { post, url, server, sender } = await setUp(() => undefined);
    const running = post(url, { timeoutMs: 30_000 });
    await waitUntil(() => server.requests.length === 1);
    await Promise.all([sender.close({ graceMs: 20 }), sender.close()]);
    expect((await running).error?.code).toBe('network_error');
    await waitUntil(() => server.open === 0);
  });

  it('leaves nothing behind that would keep the process', async () => {
    const count = () =>
      process.getActiveResourcesInfo().filter((kind) => /TCP|TLS|Timeout/.test(kind)).length;
    const before = count();
    const { post, url, server, sender } = await setUp(
      (socket, number) => number % 2 === 0 && socket.write(okAnswer),
    );
    await Promise.all(Array.from({ length: 20 }, () => post(url, { timeoutMs: 100 })));
    await sender.close();
    await server.close();
    receiver = undefined;
    await waitUntil(() => count() <= before);
  });
});

describe('connecting', () => {
  it('to a port where nobody listens is connection_refused', async () => {
    spec = specSender();
    const result = await spec.post(`http://127.0.0.1:${await freePort()}/`);
    expect(result).toMatchObject({ error: { code: 'connection_refused' } });
    expect(result).not.toHaveProperty('response');
  });

  it.each([1, 3])('%# refused does not hold up what comes after', async (concurrent) => {
    const sender = specSender({ maxConnectionsPerOrigin: 1 });
    spec = sender;
    const url = `http://127.0.0.1:${await freePort()}/`;
    const results = await Promise.all(Array.from({ length: concurrent }, () => sender.post(url)));
    expect(results.map((result) => result.error?.code)).toEqual(Array(concurrent).fill('connection_refused'));
  });

  it('to a host that does not take the connection ends at the deadline', async () => {
    spec = specSender();
    const { port, end } = await startFullBacklog();
    try {
      const result = await spec.post(`http://127.0.0.1:${port}/`, { timeoutMs: 200 });
      expect(result.error).toEqual({ code: 'timeout', message: 'not complete after 200 ms (connecting)' });
      expect(result.durationMs).toBeLessThan(10_000);
    } finally {
      end();
    }
  });
});

/** A listener whose process is stopped and whose backlog is full: the kernel drops further SYNs. */
async function startFullBacklog(): Promise<{ port: number; end: () => void }> {
  const port = await freePort();
  const script = `require('node:net').createServer().listen({ port: ${port}, host: '127.0.0.1', backlog: 1 }, () => console.log('up'))`;
  const child: ChildProcess = spawn(process.execPath, ['-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout !== null) await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  await waitUntil(() => fillers.filter((socket) => !socket.connecting).length >= 2);
  const end = (): void => {
    child.kill('SIGKILL');
    for (const socket of fillers) socket.destroy();
  };
  return { port, end };
}
