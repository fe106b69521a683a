import { expect, it } from '@jest/globals';
import type { Delivery } from '@postel/postgres';
import { withNextAttempts, type NextAttemptParts } from './next-attempts.js';

const nextAttemptAt = '2026-11-30T12:00:00.000Z';
const atMs = Date.parse(nextAttemptAt);

function delivery(id: string, endpointId: string, changes: Partial<Delivery> = {}): Delivery {
  return { id, endpointId, status: 'retrying', nextAttemptAt, ...changes } as Delivery;
}

function parts(dueAtMs: Readonly<Record<string, number>>): NextAttemptParts {
  const open = (probeAtMs: number) => ({ openedAtMs: 0, probeAtMs, failedProbes: 0 });
  const circuits = { ep_open: open(atMs + 1), ep_probed: open(atMs) };
  const tables = {
    endpoint: (id: string) => (id === 'ep_gone' ? null : { state: { status: id.slice(3) } }),
    circuitOf: (id: string) => circuits[id as keyof typeof circuits] ?? null,
  } as unknown as NextAttemptParts['tables'];
  const retriesDueAtMs = (ids: readonly string[]) =>
    Promise.resolve(new Map(Object.entries(dueAtMs).filter(([id]) => ids.includes(id))));
  return { tables, database: () => ({ waiting: { retriesDueAtMs } }) };
}

it('knows what the waiting room knows, and otherwise what the log says', async () => {
  const deliveries = [
    delivery('dlv_moved', 'ep_active'),
    delivery('dlv_put_back', 'ep_active'),
    delivery('dlv_done', 'ep_active', { status: 'succeeded', nextAttemptAt: null }),
    delivery('dlv_of_deleted', 'ep_gone'),
  ];
  const shown = await withNextAttempts(deliveries, parts({ dlv_moved: atMs + 60_000, dlv_done: 1 }));
  expect(shown.map((one) => one.nextAttemptAt)).toEqual([
    '2026-11-30T12:01:00.000Z',
    nextAttemptAt,
    null,
    nextAttemptAt,
  ]);
});

it('names no time while the endpoint is paused, or before its circuit is probed', async () => {
  const deliveries = ['ep_paused', 'ep_open', 'ep_probed'].map((id) => delivery('dlv_1', id));
  const shown = await withNextAttempts(deliveries, parts({ dlv_1: atMs }));
  expect(shown.map((one) => one.nextAttemptAt)).toEqual([null, null, nextAttemptAt]);
});
