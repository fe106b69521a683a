import { describe, expect, it } from '@jest/globals';
import type { EndpointState } from '@postel/contracts';
import { deliveryIdOf } from '@postel/domain';
import type { EventHead } from '@postel/postgres';
import { isToBeMade, plannedDeliveries, wantedHeads } from './plan-recover.js';

const endpoint = { id: 'ep_1', events: ['order.*'], channels: ['eu'] } as unknown as EndpointState;
const head = (seq: number, changes: Partial<EventHead> = {}): EventHead => ({
  seq,
  id: `evt_${seq}`,
  type: 'order.created',
  acceptedAtMs: seq,
  channels: ['eu'],
  valid: true,
  onlyEndpoint: null,
  ...changes,
});

describe('what an endpoint is recovered', () => {
  it('is what it would get now, and tests that were for it alone', () => {
    const heads = [
      head(1),
      head(2, { type: 'user.updated' }),
      head(3, { channels: ['us'] }),
      head(4, { valid: false }),
      head(5, { onlyEndpoint: 'ep_2' }),
      head(6, { onlyEndpoint: 'ep_1', type: 'webhook.test', channels: [] }),
    ];
    expect(wantedHeads(endpoint, heads).map(({ seq }) => seq)).toEqual([1, 6]);
  });

  it('is one delivery of a missing event, whoever finds it missing, also its late fan-out', () => {
    const [first] = plannedDeliveries('job_1', 'missing', 'ep_1', [head(1)]);
    const [second] = plannedDeliveries('job_2', 'missing', 'ep_1', [head(1)]);
    expect(first).toEqual(second);
    expect(first?.deliveryId).toBe(deliveryIdOf('evt_1', 1, 'ep_1'));
  });

  it('is, of all events, one more delivery for each job', () => {
    const ids = ['job_1', 'job_1', 'job_2'].map(
      (jobId) => plannedDeliveries(jobId, 'all', 'ep_1', [head(1)])[0]?.deliveryId,
    );
    expect(ids[0]).toBe(ids[1]);
    expect(new Set([...ids, deliveryIdOf('evt_1', 1, 'ep_1')]).size).toBe(3);
  });

  it('is nothing that it has, with `all` nothing that is under way or made already', () => {
    expect(isToBeMade('missing', undefined)).toBe(true);
    expect(isToBeMade('missing', { planned: false, open: false })).toBe(false);
    expect(isToBeMade('all', { planned: false, open: false })).toBe(true);
    expect(isToBeMade('all', { planned: false, open: true })).toBe(false);
    expect(isToBeMade('all', { planned: true, open: false })).toBe(false);
  });
});
