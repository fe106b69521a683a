import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startReceiver, tempDir, waitUntil, type Receiver } from '@postel/testing';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  embeddedPid,
  newInstallation,
  startAllInOne,
  type Installation,
  type RunningAllInOne,
} from './harness/all-in-one.js';
import { eventIdOf } from './harness/event-id-of.js';
import { stopChild } from './harness/stop-child.js';

const patienceMs = 120_000;
const prlimit = '/usr/bin/prlimit';
const type = 'order.full';
const directory = tempDir('full-disk');
let installation: Installation;
let postel: RunningAllInOne;
let receiver: Receiver;

beforeAll(async () => {
  installation = await newInstallation(join(directory.path, 'data'));
  receiver = await startReceiver();
  postel = await startAllInOne(installation);
}, patienceMs);
afterAll(async () => {
  if (postel) await stopChild(postel.child);
  await receiver?.close();
  directory.remove();
}, patienceMs);

async function publish(id: string): Promise<number> {
  const body = { id, type, data: { object: { text: 'x'.repeat(20_000) } } };
  // who waits for a broker that stores nothing is told after ten seconds
  return (await postel.api.request('POST', '/v1/events', { body, timeoutMs: 60_000 })).status;
}

// a limit of the size of files is the nearest to a full disk that needs no disk: only Linux can set it from outside
const itWhereLimits = existsSync(prlimit) ? it : it.skip;

itWhereLimits(
  'says that the broker stores nothing when its disk was full, and starts its own again',
  async () => {
    await postel.api.createEndpoint({ url: receiver.url, events: [type] });
    expect(await publish('before')).toBe(202);
    const pid = embeddedPid(installation, 'nats') as number;
    execFileSync(prlimit, ['--pid', String(pid), '--fsize=60000:unlimited']);
    const accepted = ['before'];
    const publishing = Promise.all(
      Array.from({ length: 12 }, async (_, n) => {
        const status = await publish(`full-${n}`);
        if (status === 202) accepted.push(`full-${n}`);
        return status;
      }),
    );
    let down: Record<string, string> = {};
    await waitUntil(
      async () => {
        const { json, status } = await postel.api.request('GET', '/readyz', { token: null });
        down = (json as { parts: Record<string, string> }).parts;
        return status === 503 && down['stream EVENTS'] === 'down';
      },
      { timeoutMs: 60_000, describe: 'not to be ready' },
    );
    expect(await publishing).toContain(503);
    await waitUntil(() => /nats-server is back/.test(postel.child.output()), { timeoutMs: 30_000 });
    expect(postel.child.output().match(/nats-server stores nothing any more.+/g)).toEqual([
      'nats-server stores nothing any more, as after a full disk, starting it again',
    ]);
    await waitUntil(async () => (await publish('after')) === 202, { timeoutMs: 30_000 });
    accepted.push('after');
    await waitUntil(() => accepted.every((id) => receiver.requests.some((one) => eventIdOf(one) === id)), {
      timeoutMs: 60_000,
      describe: 'all that was accepted to arrive',
    });
    await waitUntil(async () => (await postel.api.request('GET', '/readyz', { token: null })).status === 200);
  },
  patienceMs,
);
