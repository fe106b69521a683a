import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { generateSecret, signHeaders, signingKeyOf } from '@postel/signing';
import { expectNoLeaks, freePort, startTestPostgres, waitUntil } from '@postel/testing';
import { transform } from '@swc/core';
import pg from 'pg';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { blocksOf, repositoryRoot, type Block } from './doc-examples/fenced-blocks.js';

const secret = generateSecret(new Uint8Array(32).fill(7));
const blocks = blocksOf('docs/tutorial/receive-your-first-webhook.md');
const ends: (() => Promise<unknown>)[] = [];

interface Program {
  output(): string;
  stop(): Promise<void>;
}

function blockWith(text: string): Block {
  const block = blocks.find((one) => one.text.includes(text));
  if (!block) throw new Error(`the page has no block with ${text}`);
  return block;
}

/** As a reader runs it, but for the port. */
async function started({ language, text }: Block, port: number, env: Record<string, string> = {}) {
  const javascript = language === 'ts' ? await compiled(text) : text;
  const program = javascript.replaceAll('9000', String(port));
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: repositoryRoot,
    env: { PATH: process.env['PATH'] ?? '', WEBHOOK_SECRET: secret, ...env },
  });
  const closed = once(child, 'close');
  let output = '';
  const collect = (chunk: string) => void (output += chunk);
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  const running: Program & { closed: Promise<unknown> } = {
    closed,
    output: () => output,
    stop: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
  ends.unshift(running.stop);
  return running;
}

async function compiled(text: string): Promise<string> {
  const { code } = await transform(text, {
    swcrc: false,
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      target: 'es2024',
    },
    module: { type: 'es6' },
  });
  return code;
}

interface Sent {
  readonly id: string;
  readonly type?: string;
  readonly signed?: string;
  readonly sequence?: number;
}

async function send(port: number, { id, type = 'order.created', signed, sequence }: Sent): Promise<number> {
  const body = JSON.stringify({ id, type, data: { object: { amount: 9999, customer: 'cus_xyz789' } } });
  const headers = signHeaders({
    schemes: ['standard'],
    keys: [signingKeyOf(secret)],
    messageId: id,
    deliveryId: 'dlv_1',
    attemptNumber: 1,
    timestampSec: Math.floor(Date.now() / 1_000),
    body: Buffer.from(signed ?? body),
  });
  const order = sequence === undefined ? {} : { 'webhook-sequence': String(sequence) };
  const response = await fetch(`http://127.0.0.1:${port}/webhooks`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers, ...order },
  });
  await response.text();
  return response.status;
}

async function listens(port: number, program: Program): Promise<void> {
  const answers = () => send(port, { id: 'none', signed: '' }).then((status) => status > 0);
  await waitUntil(answers).catch(() => {
    throw new Error(program.output());
  });
}

/** Killed while it asked for it, the process would hold it until the lease ends. */
async function waitsForEarlier(connectionString: string, id: string): Promise<boolean> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const sql = `SELECT FROM webhook_inbox WHERE id = $1 AND owner IS NULL AND due_at > now() + interval '1 s'`;
    return (await client.query(sql, [id])).rowCount === 1;
  } finally {
    await client.end();
  }
}

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
afterAll(expectNoLeaks);

describe('whoever follows "Receive your first webhook"', () => {
  it.each([
    ['Express', "from 'express'", /^an order of 9999\nanother thing with an order: order\.paid\n$/],
    ['Fastify', "from 'fastify'", /^order\.created evt_a\norder\.paid evt_b\n$/],
    ['Nest', '@Controller', /order\.created evt_a\norder\.paid evt_b\n$/],
  ])('with %s has a receiver that handles once what is signed', async (_, begins, printed) => {
    const port = await freePort();
    const program = await started(blockWith(begins), port);
    await listens(port, program);
    expect(await send(port, { id: 'evt_a' })).toBe(200);
    expect(await send(port, { id: 'evt_a' })).toBe(200);
    expect(await send(port, { id: 'evt_a', signed: 'another' })).toBe(401);
    expect(await send(port, { id: 'evt_b', type: 'order.paid' })).toBe(200);
    expect(await send(port, { id: 'evt_c', type: 'user.left', signed: '' })).toBe(401);
    await waitUntil(() => printed.test(program.output()), { describe: program.output() });
  });

  it('tries it with a request signed by hand', async () => {
    const port = await freePort();
    await listens(port, await started(blockWith("from 'express'"), port));
    const attempt = await started(blockWith('signHeaders('), port);
    await attempt.closed;
    expect(attempt.output()).toBe('200 {"received":true}\n');
  });

  it('answers first and works later, in order, with an inbox that outlives the process', async () => {
    const server = await startTestPostgres();
    ends.push(() => server.stop());
    const [port, env] = [await freePort(), { DATABASE_URL: await server.createDatabase() }];
    const first = await started(blockWith('new Inbox('), port, env);
    await listens(port, first);
    expect(await send(port, { id: 'evt_1', sequence: 1 })).toBe(200);
    await waitUntil(() => first.output() === 'order.created of cus_xyz789\n');
    expect(await send(port, { id: 'evt_3', type: 'order.third', sequence: 3 })).toBe(200);
    await waitUntil(() => waitsForEarlier(env.DATABASE_URL, 'evt_3'));
    await first.stop();
    const second = await started(blockWith('new Inbox('), port, env);
    await listens(port, second);
    expect(await send(port, { id: 'evt_2', type: 'order.second', sequence: 2 })).toBe(200);
    const inOrder = 'order.second of cus_xyz789\norder.third of cus_xyz789\n';
    await waitUntil(() => second.output() === inOrder, { describe: 'both, in order' });
  });
});
