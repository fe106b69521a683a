import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  expectNoLeaks,
  startReceiver,
  startTestNats,
  startTestPostgres,
  tempDir,
  waitUntil,
  type Receiver,
} from '@postel/testing';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { CreatedEndpoint } from './harness/api-client.js';
import {
  embeddedPid,
  isRunning,
  launch,
  newInstallation,
  processesOf,
  startAllInOne,
  type Installation,
  type RunningAllInOne,
} from './harness/all-in-one.js';
import { eventIdOf } from './harness/event-id-of.js';
import { eventually } from './harness/eventually.js';
import { runCommand } from './harness/command-line.js';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';
import { overHttp, overNats, publishPersistently } from './harness/persistent-producer.js';
import { verifySignatures } from './harness/signatures.js';
import { stopChild } from './harness/stop-child.js';

const run = promisify(execFile);
const patienceMs = 120_000;

describe('npm start', () => {
  const directory = tempDir('all-in-one');
  let installation: Installation;
  let postel: RunningAllInOne;
  let producer: NatsProducer;
  let receiver: Receiver;
  let endpoint: CreatedEndpoint;
  beforeAll(async () => {
    installation = await newInstallation(join(directory.path, 'data'));
    receiver = await startReceiver();
    postel = await startAllInOne(installation);
    producer = await connectProducer(installation.natsUrl);
    endpoint = await postel.api.createEndpoint({ url: receiver.url, events: ['order.*'] });
  }, patienceMs);
  afterAll(async () => {
    await producer?.close();
    await postel?.child.kill();
    for (const server of ['nats', 'postgres'] as const) {
      const pid = installation && embeddedPid(installation, server);
      if (pid) process.kill(pid, 'SIGKILL');
    }
    await receiver?.close();
    await waitUntil(async () => (await processesOf(installation)).length === 0);
    directory.remove();
    await expectNoLeaks();
    expect(postel.api.breaches()).toEqual([]);
  }, patienceMs);

  /** Publishes by both doors; something happens in the middle; every event must arrive and be in the log. */
  async function loseNothing(
    name: string,
    count: number,
    happening: () => Promise<unknown>,
  ): Promise<number> {
    const before = receiver.requests.length;
    const ids = Array.from({ length: count }, (_, n) => `${name}-${n}`);
    const half = Math.floor(count / 2);
    // the client of the moment: a restart gives another
    const overTheWeb = (id: string) => overHttp(postel.api, 'order.created')(id);
    const runs = [
      publishPersistently({ ids: ids.slice(0, half), publish: overTheWeb, inFlight: 8 }),
      publishPersistently({
        ids: ids.slice(half),
        publish: overNats(producer, 'order.updated'),
        inFlight: 4,
      }),
    ];
    await waitUntil(() => runs.every(({ accepted }) => accepted.length >= count / 10));
    await happening();
    await Promise.all(runs.map(({ done }) => done));
    const arrived = () =>
      receiver.requests.slice(before).filter((request) => eventIdOf(request).startsWith(`${name}-`));
    const idsArrived = () => new Set(arrived().map(eventIdOf));
    await waitUntil(() => idsArrived().size === count, {
      timeoutMs: 60_000,
      describe: `all of ${name} to arrive`,
    });
    for (const request of arrived()) verifySignatures(request, endpoint.secret);
    await eventually(
      async () => {
        const rows = await postel.api.all((query) => postel.api.deliveries(query), 'status=succeeded');
        const logged = new Set(rows.map(({ eventId }) => eventId));
        return ids.every((id) => logged.has(id)) ? true : null;
      },
      'the log to have all of them',
      { timeoutMs: 30_000 },
    );
    return arrived().length - count;
  }

  it(
    'is found by the command line on whatever ports, in a terminal that does not know them',
    async () => {
      const place = { env: { POSTEL_DATA_DIR: installation.dataDir }, directory: directory.path };
      const { code, out, err } = await runCommand(['whoami'], place);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain(`at ${installation.apiUrl}`);
      const doctor = await runCommand(['doctor'], place);
      expect(doctor).toMatchObject({ code: 0, out: expect.stringContaining(installation.apiUrl) });
    },
    patienceMs,
  );

  it(
    'prints the addresses, the token, and three curl lines that work',
    async () => {
      const output = postel.child.output();
      expect(output).toContain(installation.apiUrl);
      expect(output).toContain(installation.natsUrl);
      expect(postel.adminToken).toMatch(/^\S{16,}$/);
      const lines = output.split('\n').filter((line) => /^\s*curl /.test(line));
      expect(lines).toHaveLength(3);
      const answers: Record<string, unknown>[] = [];
      for (const line of lines) {
        const { stdout } = await run('sh', ['-c', line]);
        answers.push(JSON.parse(stdout) as Record<string, unknown>);
      }
      expect(answers).toMatchObject([
        { id: expect.stringMatching(/^ep_/), secret: expect.any(String) },
        { id: expect.stringMatching(/^evt_/), duplicate: false },
        { data: expect.any(Array) },
      ]);
      // nobody listens there in this test
      await postel.api.deleteEndpoint(answers[0]?.['id'] as string);
    },
    patienceMs,
  );

  it(
    'loses nothing when nats-server is killed in the middle, and brings it back',
    async () => {
      const killed = embeddedPid(installation, 'nats') as number;
      const repeated = await loseNothing('nats', 500, async () => {
        process.kill(killed, 'SIGKILL');
        const pid = await eventually(() => {
          const now = embeddedPid(installation, 'nats');
          return now === killed ? null : now;
        }, 'another nats-server');
        expect(pid).not.toBe(killed);
      });
      expect(repeated).toBeLessThanOrEqual(100);
      expect(postel.child.isAlive()).toBe(true);
      expect(postel.child.output()).toMatch(/nats-server is back/);
    },
    patienceMs,
  );

  it(
    'loses nothing when PostgreSQL is killed in the middle, and brings it back',
    async () => {
      const killed = embeddedPid(installation, 'postgres') as number;
      expect(await loseNothing('postgres', 200, async () => void process.kill(killed, 'SIGKILL'))).toBe(0);
      expect(embeddedPid(installation, 'postgres')).not.toBe(killed);
      expect(postel.child.isAlive()).toBe(true);
    },
    patienceMs,
  );

  it(
    'loses nothing when it is killed itself in the middle, and is ready again soon',
    async () => {
      const { adminToken } = postel;
      const repeated = await loseNothing('killed', 500, async () => {
        await postel.child.kill();
        postel = await startAllInOne(installation);
        // where nobody else computes, in two seconds
        expect(postel.readyAfterMs).toBeLessThan(30_000);
        expect(postel.adminToken).toBe(adminToken);
      });
      expect(repeated).toBeLessThanOrEqual(100);
      const { secret: _shown, ...kept } = endpoint;
      expect(await postel.api.endpoint(endpoint.id)).toEqual(kept);
    },
    patienceMs,
  );

  it(
    'refuses to run twice on the same data, in one clear line, and harms nobody',
    async () => {
      const other = await newInstallation(installation.dataDir);
      expect(await faultsOfStart(other)).toEqual([
        expect.stringMatching(/Another Postel \(pid \d+\) already runs/),
      ]);
      await postel.api.publish({ id: 'still-here', type: 'order.created', data: { object: {} } });
      await receiver.waitFor((requests) => requests.some((request) => eventIdOf(request) === 'still-here'));
    },
    patienceMs,
  );

  it(
    'stops everything it started on SIGTERM, and keeps its data for the next start',
    async () => {
      const pids = (['nats', 'postgres'] as const).map(
        (server) => embeddedPid(installation, server) as number,
      );
      await loseNothing('before-the-stop', 20, () => Promise.resolve());
      const before = await postel.api.all((query) => postel.api.deliveries(query));
      expect(before.length).toBeGreaterThan(0);
      const { adminToken } = postel;
      await stopChild(postel.child);
      expect(pids.map(isRunning)).toEqual([false, false]);
      expect(await processesOf(installation)).toEqual([]);

      postel = await startAllInOne(installation);
      expect(postel.adminToken).toBe(adminToken);
      const { secret: _shown, ...kept } = endpoint;
      expect(await postel.api.endpoint(endpoint.id)).toEqual(kept);
      expect((await postel.api.all((query) => postel.api.deliveries(query))).map(({ id }) => id)).toEqual(
        before.map(({ id }) => id),
      );
      await postel.api.publish({ id: 'after-the-stop', type: 'order.created', data: { object: {} } });
      await receiver.waitFor((requests) =>
        requests.some((request) => eventIdOf(request) === 'after-the-stop'),
      );
      await stopChild(postel.child);
    },
    patienceMs,
  );

  describe('that cannot start', () => {
    beforeAll(async () => {
      // a NATS client that is closed while it reconnects goes on reconnecting
      await producer.close();
      await stopChild(postel.child);
    }, patienceMs);

    it.each(['POSTEL_PORT', 'POSTEL_METRICS_PORT', 'POSTEL_NATS_PORT', 'POSTEL_POSTGRES_PORT'])(
      'says in one line that %s is taken',
      async (variable) => {
        const holder = createServer().listen(Number(installation.env[variable]), '127.0.0.1');
        await once(holder, 'listening');
        const faults = await faultsOfStart(installation).finally(() => holder.close());
        expect(faults).toEqual([expect.stringContaining(variable)]);
        expect(faults[0]).toContain(String(installation.env[variable]));
        expect(await processesOf(installation)).toEqual([]);
      },
      patienceMs,
    );

    it.each([
      ['a file in the way', () => writeFileSync(join(directory.path, 'file'), ''), 'file/data'],
      [
        'no permission',
        () => {
          mkdirSync(join(directory.path, 'closed'));
          chmodSync(join(directory.path, 'closed'), 0o500);
        },
        'closed/data',
      ],
    ])('says in one line that its directory is not writable: %s', async (name, prepare, path) => {
      // root may write everywhere but below a file
      if (name === 'no permission' && process.getuid?.() === 0) return;
      prepare();
      const other = await newInstallation(join(directory.path, path));
      const faults = await faultsOfStart(other);
      expect(faults).toEqual([expect.stringContaining(join(directory.path, path))]);
    });

    it('names every bad setting, a line each, and shows no secret', async () => {
      const faults = await faultsOfStart(installation, {
        POSTEL_PORT: 'abc',
        POSTEL_ALLOW_HTTP: 'perhaps',
        POSTEL_ENCRYPTION_KEY: 'too-short-a-key',
      });
      expect([...faults].sort()).toEqual([
        expect.stringMatching(/POSTEL_ALLOW_HTTP.*perhaps/),
        expect.stringMatching(/POSTEL_ENCRYPTION_KEY/),
        expect.stringMatching(/POSTEL_PORT.*abc/),
      ]);
      expect(faults.join()).not.toContain('too-short-a-key');
      expect(await processesOf(installation)).toEqual([]);
    });

    it('says in one line that the nats-server it was told to use is none', async () => {
      expect(await faultsOfStart(installation, { POSTEL_NATS_SERVER: '/nonexistent/nats-server' })).toEqual([
        expect.stringContaining('POSTEL_NATS_SERVER'),
      ]);
      expect(await processesOf(installation)).toEqual([]);
    });
  });

  it(
    'starts nothing embedded where the environment names a server',
    async () => {
      const [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
      const other = await newInstallation(join(directory.path, 'outside'));
      const outside = { ...other, env: { ...other.env, NATS_URL: nats.url, DATABASE_URL: postgres.url } };
      const started = await startAllInOne(outside);
      expect([embeddedPid(outside, 'nats'), embeddedPid(outside, 'postgres')]).toEqual([null, null]);
      const before = receiver.requests.length;
      await started.api.createEndpoint({ url: receiver.url });
      await started.api.publish({ type: 'order.created', data: { object: {} } });
      await receiver.waitFor(before + 1);
      await stopChild(started.child);
      // what it did not start it does not stop
      await (await connectProducer(nats.url)).close();
      await Promise.all([nats.stop(), postgres.stop()]);
    },
    patienceMs,
  );
});

/** The lines that a start says when it cannot; anything else about them fails: a stack, an exit other than 1, a hang. */
async function faultsOfStart(
  installation: Installation,
  env: Record<string, string> = {},
): Promise<string[]> {
  const child = await launch(installation, env);
  const late = new AbortController();
  const exit = await Promise.race([child.exited, sleep(30_000, null, { signal: late.signal })]);
  late.abort();
  if (!exit) await child.kill();
  expect({ exit, output: child.output() }).toMatchObject({ exit: { code: 1, signal: null } });
  expect(child.output()).not.toMatch(/^\s+at .*:\d+|node:internal|UnhandledPromise/m);
  return child
    .output()
    .split('\n')
    .filter((line) => line.startsWith('Postel cannot start: '))
    .map((line) => line.slice('Postel cannot start: '.length));
}
