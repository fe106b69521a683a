import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateSecret, signingKeyOf, verify } from '@postel/signing';
import { startReceiver, testPorts, waitUntil, type Receiver } from '@postel/testing';
import { createServer, type Server } from 'node:http';
import { contextOf } from '../context.js';
import { startLiveServer, type LiveServer } from '../follow-live/live-server-for-tests.js';
import { testTerminal, type TestTerminal } from '../terminal/terminal-for-tests.js';
import { forwardTarget } from './forward-target.js';
import { listen, type ListenParts } from './listen.js';

const secret = generateSecret(Buffer.alloc(32, 1));
const body = (position: number) => `{"id":"evt_${position}","n":1.0,"e":"\\u00e9é"}`;

describe('listen', () => {
  let server: LiveServer;
  let receiver: Receiver;
  let terminal: TestTerminal;
  let listening: Promise<void>;

  beforeEach(async () => {
    server = await startLiveServer((position) => ({
      event: 'event',
      data: {
        position: String(position),
        id: `evt_${position}`,
        type: 'order.created',
        created: 1,
        body: body(position),
      },
    }));
    receiver = await startReceiver();
    terminal = testTerminal({ env: { POSTEL_URL: server.url, POSTEL_TOKEN: 'pk_1' } });
  });
  afterEach(async () => {
    terminal.interrupt();
    await listening.catch(() => undefined);
    await Promise.all([server.close(), receiver.close()]);
  });

  async function start(given: Partial<ListenParts> = {}, json = false): Promise<void> {
    listening = listen(contextOf(terminal, { json }), {
      target: `${receiver.url}/hook`,
      events: [],
      printJson: false,
      secret,
      key: signingKeyOf(secret),
      timeoutMs: 5_000,
      after: undefined,
      ...given,
    });
    await waitUntil(() => terminal.warnings.length === 1);
  }

  it('sends each event on, byte for byte, in both header families, as a delivery is signed', async () => {
    await start();
    server.append(2);
    const requests = await receiver.waitFor(2);
    for (const [index, request] of requests.entries()) {
      expect(request.path).toBe('/hook');
      expect(request.rawBody.toString()).toBe(body(index + 1));
      expect(request.headers['webhook-id']).toBe(`evt_${index + 1}`);
      for (const scheme of ['standard', 'timestamp-hex'] as const) {
        const given = { scheme, secrets: [secret], headers: request.headers, body: request.rawBody };
        expect(verify({ ...given, nowSec: Math.floor(Date.now() / 1_000) })).toEqual({ ok: true });
      }
    }
    await waitUntil(() => terminal.lines.length === 2);
    expect(terminal.lines[0]).toMatch(/^\d\d:\d\d:\d\d {2}order\.created {2}evt_1 {2}→ 200 in \d+ ms$/);
    expect(terminal.warnings[0]).toContain(secret);
  });

  it('shows the answer, whatever it is, and sends nothing twice', async () => {
    receiver.setAnswer((_request, number) =>
      number === 1
        ? { status: 500 }
        : number === 2
          ? 'reset'
          : { status: 302, headers: { location: '/elsewhere' } },
    );
    await start();
    server.append(3);
    await waitUntil(() => terminal.lines.length === 3);
    expect(terminal.lines.map((line) => /→ (.*) in/.exec(line)?.[1])).toEqual([
      '500',
      expect.stringMatching(/ECONNRESET|socket|closed/),
      '302',
    ]);
    expect(receiver.requests).toHaveLength(3);
    terminal.interrupt();
    await listening;
    expect(terminal.warnings.at(-1)).toBe('3 events forwarded: 0 answered with 2xx, 3 not.');
  });

  it('waits for a local server that is down, and keeps the order', async () => {
    const [port = 0] = await testPorts(1);
    await start({ target: `http://127.0.0.1:${port}/` });
    server.append(3);
    await waitUntil(() =>
      terminal.warnings.some((line) => /is down .*evt_1 and what follows wait/.test(line)),
    );
    const got: string[] = [];
    const local: Server = createServer((request, response) => {
      got.push(String(request.headers['webhook-id']));
      response.end();
    });
    await new Promise<void>((resolve) => local.listen(port, '127.0.0.1', resolve));
    try {
      await waitUntil(() => got.length === 3);
      expect(got).toEqual(['evt_1', 'evt_2', 'evt_3']);
      expect(terminal.warnings.filter((line) => line.includes('is down'))).toHaveLength(1);
    } finally {
      local.closeAllConnections();
      local.close();
    }
  });

  it('ends while a request hangs, with what it did', async () => {
    receiver.setAnswer(() => 'hang');
    await start();
    server.append(1);
    await receiver.waitFor(1);
    terminal.interrupt();
    await expect(listening).resolves.toBeUndefined();
    expect(terminal.warnings.at(-1)).toBe('0 events forwarded: 0 answered with 2xx, 0 not.');
  });

  it('tells a program in lines of JSON, with the body when it is asked for', async () => {
    await start({ printJson: true }, true);
    server.append(1);
    await waitUntil(() => terminal.lines.length === 1);
    expect(JSON.parse(terminal.lines[0] ?? '')).toMatchObject({
      id: 'evt_1',
      type: 'order.created',
      kind: 'answered',
      status: 200,
      body: body(1),
    });
  });

  it('says what cannot be forwarded', async () => {
    await start();
    server.say('event: missing\nid: 9\ndata: {"id":"evt_9","type":"a.b","reason":"erased"}\n\n');
    server.say('event: reset\nid: 10\ndata: {"reason":"position_gone","position":"10"}\n\n');
    await waitUntil(() => terminal.warnings.length === 3);
    expect(terminal.warnings.slice(1)).toEqual([
      'evt_9 cannot be forwarded: its payload is erased',
      expect.stringMatching(/were missed/),
    ]);
  });
});

it.each([
  ['http://localhost:3000/webhooks', 'http://localhost:3000/webhooks'],
  ['https://x.test', 'https://x.test/'],
  ['localhost:3000/a', 'http://localhost:3000/a'],
  ['3000', 'http://localhost:3000/'],
  ['3000/hook?x=1', 'http://localhost:3000/hook?x=1'],
])('forwards to %s', (text, expected) => {
  expect(forwardTarget(text)).toBe(expected);
});

it('does not forward to what is no address', () => {
  expect(() => forwardTarget('http://')).toThrow(/no address to forward to/);
});
