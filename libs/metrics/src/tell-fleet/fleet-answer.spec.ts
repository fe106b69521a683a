import { describe, expect, it } from '@jest/globals';
import { fleet, type EndpointState } from '@postel/contracts';
import { fleetAnswer, type KnownFleet } from './fleet-answer.js';

const atMs = Date.UTC(2026, 10, 22, 12);
const at = new Date(atMs).toISOString();
const nothing: KnownFleet = {
  atMs,
  period: 'hour',
  totals: null,
  figures: null,
  waiting: null,
  oldest: null,
  conservation: null,
  jobs: null,
  broker: null,
  lags: null,
  circuits: { count: 0, newest: [] },
};
const stateOf = (id: string) => ({ id, tenant: 'acme', url: 'https://a.example', status: 'active' });
const tables = {
  tenantExists: (tenant: string) => tenant !== 'gone',
  circuitOf: () => null,
  endpoint: (id: string) =>
    id.startsWith('gone') ? undefined : { revision: 1, state: stateOf(id) as EndpointState },
};
const tenant = (id: string, failed: number, created: number) => ({
  tenant: id,
  created,
  succeeded: 0,
  failed,
  deadLetters: failed,
});
const figures = (...tenants: readonly ReturnType<typeof tenant>[]) => ({
  atMs,
  value: { tenants, endpoints: [] },
});
const waiting = (byTenant: Readonly<Record<string, number>>) => ({
  atMs,
  value: {
    byReason: new Map([['retry', 3] as const]),
    byTenant: new Map(Object.entries(byTenant)),
    byEndpoint: new Map([['ep_1', 2]]),
  },
});
const differences = (byTenant: Readonly<Record<string, number>>) => ({
  events: 0,
  deliveries: 1,
  checkedAt: at,
  byTenant: new Map(Object.entries(byTenant)),
});

describe('fleetAnswer', () => {
  it('names every part that nobody can know, and keeps to its schema', () => {
    const answer = fleetAnswer(nothing, tables);
    expect(fleet.strict().parse(answer)).toEqual(answer);
    expect(answer.unavailable).toEqual([
      'totals',
      'tenants',
      'worstEndpoints',
      'waiting',
      'oldestWaitingSeconds',
      'streams',
      'consumers',
      'projections',
      'conservation',
      'jobs',
    ]);
    for (const part of answer.unavailable) expect([part, answer[part]]).toEqual([part, null]);
  });

  it('tells nothing that waits from nobody who knows', () => {
    const answer = fleetAnswer({ ...nothing, oldest: { sinceMs: null } }, tables);
    expect(answer.oldestWaitingSeconds).toBeNull();
    expect(answer.unavailable).not.toContain('oldestWaitingSeconds');
    expect(fleetAnswer({ ...nothing, oldest: { sinceMs: atMs - 1_500 } }, tables).oldestWaitingSeconds).toBe(
      1.5,
    );
  });

  it('has tenants by what failed, then by what was made, and those of which something waits or is missing', () => {
    const known = {
      ...nothing,
      figures: figures(tenant('gone', 9, 9), tenant('few', 1, 5), tenant('many', 1, 7), tenant('most', 2, 2)),
      waiting: waiting({ quiet: 4, few: 1, gone: 2 }),
      conservation: differences({ odd: 1 }),
    };
    const { tenants } = fleetAnswer(known, tables);
    expect(tenants?.map(({ id, waiting: waits }) => [id, waits])).toEqual([
      ['most', 0],
      ['many', 0],
      ['few', 1],
      ['odd', 0],
      ['quiet', 4],
    ]);
    expect(tenants?.[3]).toEqual({
      id: 'odd',
      totalDeliveries: 0,
      failedDeliveries: 0,
      successRate: null,
      deadLetters: 0,
      waiting: 0,
      conservationDifference: 1,
    });
    const apart = fleetAnswer({ ...known, waiting: null, conservation: null }, tables).tenants;
    expect(apart?.[0]).toMatchObject({ id: 'most', waiting: null, conservationDifference: null });
  });

  it('shows no more than a hundred tenants', () => {
    const many = Array.from({ length: 150 }, (_, n) => tenant(`t${n}`, n, n));
    const { tenants } = fleetAnswer({ ...nothing, figures: figures(...many) }, tables);
    expect(tenants).toHaveLength(100);
    expect(tenants?.[0]?.id).toBe('t149');
  });

  it('passes over endpoints that were deleted since', () => {
    const of = (endpointId: string) => ({ ...tenant('acme', 1, 2), endpointId, p95ResponseTime: 12.345 });
    const measured = { atMs, value: { tenants: [], endpoints: [of('gone_1'), of('ep_1')] } };
    const known = { ...nothing, figures: measured, waiting: waiting({}) };
    expect(fleetAnswer(known, tables).worstEndpoints).toEqual([
      {
        tenant: 'acme',
        endpointId: 'ep_1',
        url: 'https://a.example',
        status: 'active',
        disabledReason: null,
        circuit: { state: 'closed', openedAt: null, nextProbeAt: null },
        totalDeliveries: 2,
        failedDeliveries: 1,
        successRate: 0,
        p95ResponseTime: 12.3,
        deadLetters: 1,
        waiting: 2,
      },
    ]);
  });

  it('does not say that all adds up before anybody counted', () => {
    const counted = { events: 0, deliveries: 0, byTenant: new Map<string, number>() };
    const holds = (checkedAt: string | null) =>
      fleetAnswer({ ...nothing, conservation: { ...counted, checkedAt } }, tables).conservation?.holds;
    expect([holds(null), holds(at)]).toEqual([null, true]);
    expect(fleetAnswer({ ...nothing, conservation: differences({}) }, tables).conservation?.holds).toBe(
      false,
    );
  });

  it('shows a stream that does not answer', () => {
    const storage = { usedBytes: 0, limitBytes: null };
    const report = { streams: [], consumers: [], silentStreams: ['LOG' as const], storage };
    const { streams } = fleetAnswer({ ...nothing, broker: { atMs, report } }, tables);
    expect(streams).toEqual([{ stream: 'LOG', messages: null, sizeBytes: null }]);
  });
});
