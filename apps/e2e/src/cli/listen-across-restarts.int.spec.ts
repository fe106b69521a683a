import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tempDir, waitUntil, type Receiver, type TempDir } from '@postel/testing';
import type { ChildProcess } from '../harness/child-process.js';
import { runCommand, startCommand } from '../harness/command-line.js';
import { adminToken, fleetPatienceMs, startFleet, type Fleet } from '../harness/fleet.js';
import { stopChild } from '../harness/stop-child.js';

describe('listen, while the API is replaced', () => {
  let fleet: Fleet;
  let local: Receiver;
  let listen: ChildProcess;
  let home: TempDir;
  beforeAll(async () => {
    fleet = await startFleet();
    local = await fleet.receiver();
    home = tempDir('cli-listen');
  }, fleetPatienceMs);
  afterAll(async () => {
    await listen?.kill();
    home?.remove();
    await fleet?.stop();
  }, fleetPatienceMs);

  const received = () => local.requests.map(({ headers }) => String(headers['webhook-id']));
  async function send(id: string): Promise<void> {
    const { code, err } = await runCommand(['send', 'order.created', '--id', id, '--nats', fleet.nats.url], {
      env: {},
      directory: home.path,
    });
    if (code !== 0) throw new Error(err);
  }

  it(
    'forwards every event once and in order: those of before, of while nothing answered, and of after',
    async () => {
      listen = await startCommand(['listen', '--forward-to', local.url], {
        POSTEL_URL: fleet.api.url,
        POSTEL_TOKEN: adminToken,
      });
      await waitUntil(() => listen.output().includes('Ready:'));
      await send('evt_before');
      await waitUntil(() => received().length === 1);

      await stopChild(fleet.service('ingest'));
      await waitUntil(() => /trying again in/.test(listen.output()));
      await send('evt_while_1');
      await send('evt_while_2');
      await fleet.restart('ingest');
      await waitUntil(() => received().length === 3, {
        describe: 'what was published meanwhile',
        timeoutMs: 60_000,
      });

      // not only the door: the service behind it, and without a goodbye
      await fleet.service('metrics').kill();
      await send('evt_killed');
      await fleet.restart('metrics');
      await send('evt_after');
      await waitUntil(() => received().length >= 5, { describe: 'the rest', timeoutMs: 60_000 });

      expect(received()).toEqual(['evt_before', 'evt_while_1', 'evt_while_2', 'evt_killed', 'evt_after']);
      listen.signal('SIGINT');
      expect(await listen.exited).toEqual({ code: 0, signal: null });
      expect(listen.output()).toContain('5 events forwarded: 5 answered with 2xx, 0 not.');
    },
    fleetPatienceMs * 2,
  );
});
