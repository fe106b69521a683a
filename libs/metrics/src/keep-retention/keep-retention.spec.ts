import { expect, it } from '@jest/globals';
import { waitUntil } from '@postel/testing';
import type { MetricsParts } from '../parts.js';
import { KeepRetention } from './keep-retention.js';

const forgotten = {
  partitions: ['events_20261101'],
  rows: 0,
  payloads: 0,
  deadLetters: 0,
  jobs: 0,
  auditEntries: 0,
};

function start(position: () => number, databaseNowMs = Infinity) {
  const asked: unknown[] = [];
  const said: unknown[] = [];
  const logger = { info: (what: unknown) => said.push(what), child: () => logger };
  const parts = {
    nowMs: () => Date.UTC(2026, 10, 25),
    logger,
    tables: { table: () => ({ all: () => [] }) },
    broker: { jsm: { streams: { info: async () => ({ state: { last_seq: 5 } }) } } },
    database: () => ({
      earlierOf: async (nowMs: number) => Math.min(nowMs, databaseNowMs),
      projections: {
        positions: async () =>
          new Map([
            ['archive', 5],
            ['delivery-log', position()],
          ]),
      },
      retention: {
        keep: async (...about: unknown[]) => {
          asked.push(about.slice(0, 2));
          return forgotten;
        },
      },
    }),
  } as unknown as MetricsParts;
  const keepRetention = new KeepRetention({ ...parts, retentionDays: 7 });
  keepRetention.start();
  return { keepRetention, asked, said };
}

it('forgets by the days of the fleet and the tenants, as soon as it starts', async () => {
  const { keepRetention, asked, said } = start(() => 5);
  await waitUntil(() => said.length > 0, { describe: 'a round' });
  await keepRetention.stop();
  const fleet = { rowDays: 7, payloadDays: 7, attemptDays: 7 };
  expect(asked).toEqual([[{ fleet, tenants: new Map() }, Date.UTC(2026, 10, 25)]]);
  expect(said).toEqual([forgotten]);
});

it('forgets nothing while the tables are behind', async () => {
  let looks = 0;
  const { keepRetention, asked } = start(() => {
    looks += 1;
    return 4;
  });
  await waitUntil(() => looks > 1, { describe: 'a second look' });
  await keepRetention.stop();
  expect(asked).toEqual([]);
});

it('forgets nothing for a clock that is ahead of that of the database', async () => {
  const databaseNowMs = Date.UTC(2026, 10, 10);
  const { keepRetention, asked } = start(() => 5, databaseNowMs);
  await waitUntil(() => asked.length > 0, { describe: 'a round' });
  await keepRetention.stop();
  expect(asked).toEqual([[expect.anything(), databaseNowMs]]);
});
