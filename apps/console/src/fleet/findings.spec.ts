import { describe, expect, it } from '@jest/globals';
import { findingsOf, type Fleet } from './findings.js';

const at = '2026-11-28T12:00:00.000Z';
const totals = {
  period: 'hour',
  events: 100,
  totalDeliveries: 100,
  successfulDeliveries: 100,
  failedDeliveries: 0,
  successRate: 1,
  avgResponseTime: 5,
  p50ResponseTime: 5,
  p95ResponseTime: 9,
  p99ResponseTime: 12,
  errorBreakdown: {},
  deadLetters: 0,
} as const;
const endpoint = {
  tenant: 'acme',
  endpointId: 'ep_1',
  url: 'https://acme.example/hook',
  status: 'disabled',
  disabledReason: 'too_many_failures',
  circuit: { state: 'closed', openedAt: null, nextProbeAt: null },
  totalDeliveries: 5,
  failedDeliveries: 5,
  successRate: 0,
  p95ResponseTime: 9,
  deadLetters: 5,
  waiting: 0,
} as const;
const well: Fleet = {
  at,
  period: 'hour',
  measuredAt: { figures: at, waiting: at, broker: at, projections: at },
  unavailable: [],
  totals,
  tenants: [],
  worstEndpoints: [],
  openCircuits: [],
  openCircuitCount: 0,
  waiting: {},
  oldestWaitingSeconds: null,
  streams: [{ stream: 'EVENTS', messages: 10, sizeBytes: 1_000 }],
  consumers: [{ stream: 'EVENTS', consumer: 'dispatcher', pending: 3, ackPending: 1 }],
  projections: [{ projection: 'deliveries', lagSeconds: 0.4, behind: 2 }],
  conservation: { holds: true, eventsDifference: 0, deliveriesDifference: 0, checkedAt: at },
  jobs: [],
};
const texts = (change: Partial<Fleet>) => findingsOf({ ...well, ...change }).map(({ text }) => text);

describe('what an operator has to look at', () => {
  it('is nothing where all is well', () => {
    expect(findingsOf(well)).toEqual([]);
  });

  it('is nothing before anything was counted or sent', () => {
    const none = { ...totals, successfulDeliveries: 0, totalDeliveries: 0, successRate: 0 };
    const conservation = { holds: null, eventsDifference: 0, deliveriesDifference: 0, checkedAt: null };
    expect(texts({ totals: none, conservation })).toEqual([]);
  });

  it('is what is lost', () => {
    const conservation = { holds: false, eventsDifference: 1, deliveriesDifference: 1_200, checkedAt: at };
    expect(texts({ conservation })).toEqual(['Not accounted for: 1 event, 1,200 deliveries.']);
  });

  it('is a rate of success that no single receiver makes, of enough outcomes', () => {
    const bad = { ...totals, successfulDeliveries: 80, failedDeliveries: 20, successRate: 0.8 };
    expect(texts({ totals: bad })).toEqual(['Only 80 % of 100 deliveries succeeded.']);
    expect(texts({ totals: { ...bad, successfulDeliveries: 4, failedDeliveries: 1 } })).toEqual([]);
  });

  it('is an endpoint that Postel disabled, not one that somebody did', () => {
    expect(texts({ worstEndpoints: [endpoint] })).toEqual(['1 endpoint is disabled, for too many failures.']);
    expect(texts({ worstEndpoints: [{ ...endpoint, disabledReason: 'manual' }] })).toEqual([]);
  });

  it('is an open circuit, even where more are open than are shown', () => {
    expect(texts({ openCircuitCount: 250 })[0]).toMatch(/^250 circuits are open/);
  });

  it('is what falls behind, and a stream that is silent', () => {
    expect(
      texts({
        projections: [
          { projection: 'stats', lagSeconds: 125, behind: 9_000 },
          { projection: 'alerts', lagSeconds: 55, behind: 3 },
        ],
        consumers: [{ stream: 'DELIVERIES', consumer: 'deliverer-0', pending: 20_000, ackPending: 0 }],
        streams: [{ stream: 'LOG', messages: null, sizeBytes: null }],
      }),
    ).toEqual([
      'The stream LOG does not answer.',
      'stats is 2 min 5 s behind: what it shows is that old.',
      '20,000 messages stand before deliverer-0.',
    ]);
  });

  it('is first what cannot be known', () => {
    const away = texts({ unavailable: ['totals', 'jobs'], totals: null, jobs: null, openCircuitCount: 1 });
    expect(away[0]).toContain('the totals, jobs cannot be known now');
    expect(away).toHaveLength(2);
  });
});
