import { describe, expect, it } from '@jest/globals';
import type { DeliveryReopened, LogFact } from '@postel/contracts';
import { entryOfConfig, entryOfFact } from './audit-entries.js';

const about = {
  v: 1,
  tenant: 'acme',
  eventId: 'evt_1',
  eventSeq: 1,
  type: 'a.b',
  acceptedAtMs: 1,
  atMs: 2,
} as const;
const redriven: DeliveryReopened = {
  ...about,
  fact: 'delivery.reopened',
  deliveryId: 'dlv_1',
  endpointId: 'ep_1',
  hop: 1,
  attemptsMade: 1,
  attemptsBeforeReopen: 0,
  apiVersion: '2024-01-01',
  by: 'redrive',
  actor: 'key:1',
  dueAtMs: 2,
  lane: 'bulk',
  request: 'r1',
};
const entry = (fact: LogFact, seq = 1) => entryOfFact({ seq, fact });

describe('the audit', () => {
  it('tells one request as one entry of each endpoint and tenant, whatever messages it took', () => {
    const ids = (facts: LogFact[]) => new Set(facts.map((fact, index) => entry(fact, index)?.id)).size;
    expect(ids([redriven, { ...redriven, deliveryId: 'dlv_2' }])).toBe(1);
    const others: Partial<DeliveryReopened>[] = [
      { endpointId: 'ep_2' },
      { tenant: 'b' },
      { request: 'r2' },
      { by: 'retry' },
    ];
    expect(ids([redriven, ...others.map((change) => ({ ...redriven, ...change }))])).toBe(5);
  });

  it('tells facts without a request each by itself, always with the same id', () => {
    const { request: _request, ...single } = redriven;
    expect(entry(single, 7)).toEqual({
      id: 'aud_l7',
      tenant: 'acme',
      action: 'delivery.redriven',
      actor: 'key:1',
      atMs: 2,
      endpointId: 'ep_1',
      subject: 'dlv_1',
      count: 1,
    });
  });

  it('says nothing of what nobody asked for', () => {
    expect(entry({ ...about, fact: 'event.unmatched' })).toBeNull();
    const upkeep = { v: 1, fact: 'portal_token.forgotten', actor: 'metrics', atMs: 1, state: null };
    expect(entryOfConfig(messageOf('portal-token', 'acme', upkeep), 'default')).toBeNull();
    const later = { v: 2, fact: 'endpoint.paused', actor: 'admin', atMs: 1, state: null };
    expect(entryOfConfig(messageOf('endpoint', 'acme', later), 'default')).toBeNull();
  });

  it('tells of a tenant that was deleted where its erasure does not reach', () => {
    const deleted = { v: 1, fact: 'tenant.deleted', actor: 'admin', atMs: 1, state: null, jobId: 'j' };
    expect(entryOfConfig(messageOf('tenant', 'acme', deleted), 'default')).toMatchObject({
      tenant: 'default',
      subject: 'id-of-it',
    });
    const paused = { v: 1, fact: 'endpoint.paused', actor: 'admin', atMs: 1, state: {} };
    expect(entryOfConfig(messageOf('endpoint', 'acme', paused), 'default')).toMatchObject({
      tenant: 'acme',
      endpointId: 'id-of-it',
    });
  });
});

function messageOf(kind: string, tenant: string, fact: object) {
  const payload = Buffer.from(JSON.stringify(fact));
  return { seq: 9, subject: `postel.config.${kind}.${tenant}.id-of-it`, payload };
}
