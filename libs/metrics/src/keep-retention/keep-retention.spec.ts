import { expect, it } from '@jest/globals';
import { waitUntil } from '@postel/testing';
import type { MetricsParts } from '../parts.js';
import { KeepRetention } from './keep-retention.js';

it('forgets what was accepted so many days ago, as soon as it starts', async () => {
  const asked: number[] = [];
  const auditAsked: number[] = [];
  const said: unknown[] = [];
  const forgotten = { partitions: ['events_20261101'], deadLetters: 0, jobs: 0 };
  const parts = {
    nowMs: () => Date.UTC(2026, 10, 25),
    logger: { info: (what: unknown) => said.push(what) },
    database: () => ({
      retention: {
        forgetMinutes: () => Promise.resolve(),
        forgetBefore: (timeMs: number) => {
          asked.push(timeMs);
          return Promise.resolve(forgotten);
        },
        forgetAuditBefore: (timeMs: number) => {
          auditAsked.push(timeMs);
          return Promise.resolve(3);
        },
      },
    }),
  } as unknown as MetricsParts;
  const keepRetention = new KeepRetention({ ...parts, retentionDays: 7 });
  keepRetention.start();
  await waitUntil(() => said.length > 0, { describe: 'a round' });
  await keepRetention.stop();
  expect(asked).toEqual([Date.UTC(2026, 10, 18)]);
  expect(auditAsked).toEqual([Date.UTC(2026, 10, 25) - 400 * 86_400_000]);
  expect(said).toEqual([{ ...forgotten, auditEntries: 3 }]);
});
