import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  startReceiver,
  startTraceCollector,
  tempDir,
  waitUntil,
  type Receiver,
  type TempDir,
} from '@postel/testing';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DriveEverything } from './canaries/drive-everything.js';
import { escapedCanaries, findCanaries, type Canary, type Haystack } from './canaries/find-canaries.js';
import {
  answerHaystacks,
  fileHaystacks,
  streamHaystacks,
  tableHaystacks,
  tapBroker,
} from './canaries/places.js';
import { newInstallation, startAllInOne, type RunningAllInOne } from './harness/all-in-one.js';
import { adminToken, fleetPatienceMs, serviceNames, startFleet, type Fleet } from './harness/fleet.js';
import { stopChild } from './harness/stop-child.js';
import { tracingTo } from './harness/tracing-to.js';

/**
 * Everything secret is made unmistakable, everything is done with it that Postel does, and then it is looked for
 * everywhere. A new kind of credential belongs into `DriveEverything.canaries`.
 */
describe('no secret, token or payload lies in the clear where it does not belong', () => {
  const masterKey = randomBytes(32);
  const jwtSecret = randomBytes(32);
  const keys: Canary[] = [
    { name: 'master key', forms: [masterKey], allowed: ['file:secrets.json'] },
    { name: 'JWT secret', forms: [jwtSecret], allowed: ['file:secrets.json'] },
  ];
  const env = {
    POSTEL_ENCRYPTION_KEY: masterKey.toString('base64'),
    POSTEL_JWT_SECRET: jwtSecret.toString('base64'),
    POSTEL_LOG_LEVEL: 'trace',
  };

  it(
    'in a fleet: logs, metrics, tables, streams, what goes over the wire, what the API shows',
    async () => {
      const collector = await startTraceCollector();
      const traced = { ...env, ...tracingTo(collector.url) };
      const fleet = await startFleet({ env: traced }).catch(async (error: unknown) => {
        await collector.close();
        throw error;
      });
      try {
        const tap = await tapBroker(fleet.nats.url);
        const receiver = await fleet.receiver();
        const drive = new DriveEverything({ api: fleet.api, natsUrl: fleet.nats.url, receiver, masterKey });
        await drive.run();
        // each process exports by itself
        const tracing = () => new Set(collector.spans().map(({ service }) => service)).size;
        await waitUntil(() => tracing() === serviceNames.length, { describe: 'spans of every service' });
        const haystacks = [
          ...(await streamHaystacks(fleet.nats.url)),
          ...(await tableHaystacks(fleet.postgres.url)),
          ...(await metricsOf(fleet)),
          ...(await answerHaystacks((path) => fleet.api.request('GET', path), drive.seenPaths)),
          ...(await tap.stop()),
          ...logsOf(fleet),
          { place: 'traces', bytes: Buffer.concat(collector.requests.map(({ rawBody }) => rawBody)) },
        ];
        const canaries = [...drive.canaries(), ...keys, { name: 'admin token', forms: [adminToken] }];
        expectAllSearched(drive, haystacks);
        expect(escapedCanaries(canaries, haystacks)).toEqual([]);
      } finally {
        await fleet.stop();
        await collector.close();
      }
    },
    2 * fleetPatienceMs,
  );

  describe('in one process', () => {
    let place: TempDir;
    let postel: RunningAllInOne;
    let receiver: Receiver;
    beforeAll(async () => {
      place = tempDir('canary');
      receiver = await startReceiver();
    });
    afterAll(async () => {
      if (postel?.child.isAlive()) await stopChild(postel.child);
      await receiver?.close();
      place?.remove();
    }, fleetPatienceMs);

    it(
      'every file it writes, and what it prints',
      async () => {
        const installation = await newInstallation(place.path);
        const withKeys = { ...installation, env: { ...installation.env, ...env } };
        postel = await startAllInOne(withKeys);
        const { api, child } = postel;
        const drive = new DriveEverything({ api, natsUrl: installation.natsUrl, receiver, masterKey });
        await drive.run();
        await stopChild(child);
        const haystacks = [
          ...fileHaystacks(place.path),
          { place: 'output', bytes: Buffer.from(child.output()) },
        ];
        expect(readFileSync(join(place.path, 'logs', 'postel.log'), 'utf8')).toContain('endpoint changed');
        // that is how one gets it
        const token = {
          name: 'admin token',
          forms: [postel.adminToken],
          allowed: ['output', 'file:secrets.json'],
        };
        const canaries = [...drive.canaries(), ...keys, token, databasePassword(place.path)];
        expect(findCanaries(canaries, haystacks).map(({ place }) => place)).toContain('output');
        expect(escapedCanaries(canaries, haystacks)).toEqual([]);
      },
      2 * fleetPatienceMs,
    );
  });
});

/** `npm start` makes it and keeps it. */
function databasePassword(dataDir: string): Canary {
  const file = join('postgres', 'password');
  const text = readFileSync(join(dataDir, file), 'utf8').trim();
  return { name: 'database password', forms: [text], allowed: [`file:${file}`] };
}

/** A search that looked at nothing finds nothing: what belongs somewhere must have been found there. */
function expectAllSearched(drive: DriveEverything, haystacks: readonly Haystack[]): void {
  const found = findCanaries(drive.canaries(), haystacks).map(({ canary, place }) => `${canary} in ${place}`);
  for (const expected of [
    'payload in stream:EVENTS order.canary',
    'payload in table:events.payload',
    'payload in table:dead_letters.payload',
    'answer of a receiver in table:attempts.response_body',
    'answer of a receiver in stream:LOG postel.log.default.delivery.died',
    'payload in wire:postel.delivery.0',
  ]) {
    const [canary, place = ''] = expected.split(' in ');
    if (place.startsWith('wire:')) {
      expect(found.some((one) => one.startsWith(`${canary} in wire:postel.delivery.`))).toBe(true);
    } else expect(found).toContain(expected);
  }
  const logs = haystacks.filter(({ place }) => place.startsWith('log:'));
  expect(logs.map(({ bytes }) => bytes.length).every((length) => length > 0)).toBe(true);
}

function logsOf(fleet: Fleet): Haystack[] {
  return serviceNames.map((name) => ({
    place: `log:${name}`,
    bytes: Buffer.from(fleet.service(name).output()),
  }));
}

async function metricsOf(fleet: Fleet): Promise<Haystack[]> {
  return Promise.all(
    serviceNames.map(async (name) => {
      const answer = await fetch(`${fleet.operationsUrl(name)}/metrics`);
      return { place: `metrics:${name}`, bytes: Buffer.from(await answer.text()) };
    }),
  );
}
