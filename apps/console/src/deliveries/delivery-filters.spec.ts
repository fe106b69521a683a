import { describe, expect, it } from '@jest/globals';
import { livePathOf, matches, maxLive, merged, queryOf, tell, type Delivery } from './delivery-filters.js';

const delivery = (id: string, change: Partial<Delivery> = {}): Delivery => ({
  id,
  eventId: `evt_${id}`,
  type: 'order.created',
  endpointId: 'ep_1',
  url: 'https://example.com',
  status: 'pending',
  attempts: 0,
  lastStatus: null,
  lastError: null,
  nextAttemptAt: null,
  createdAt: `2026-01-01T00:00:0${id}.000Z`,
  completedAt: null,
  ...change,
});
const all = () => true;

describe('the list of deliveries, followed live', () => {
  it('shows what came since at the top, and what became of the rest where it stands', () => {
    const told = tell(new Map(), [delivery('3'), delivery('1', { status: 'succeeded', attempts: 1 })]);
    const rows = merged([delivery('2'), delivery('1')], told, {}, all);
    expect(rows.map(({ id, status }) => [id, status])).toEqual([
      ['3', 'pending'],
      ['2', 'pending'],
      ['1', 'succeeded'],
    ]);
  });

  it('keeps what is new back until it may be shown', () => {
    const told = tell(new Map(), [delivery('3')]);
    expect(merged([delivery('1')], told, {}, (id) => id !== '3').map(({ id }) => id)).toEqual(['1']);
  });

  it('does not go back to what was told before the list was read', () => {
    const told = tell(new Map(), [delivery('1', { status: 'retrying', attempts: 1 })]);
    const rows = merged([delivery('1', { status: 'succeeded', attempts: 2 })], told, {}, all);
    expect(rows[0]?.status).toBe('succeeded');
  });

  it('leaves out what does not match any more', () => {
    const told = tell(new Map(), [delivery('1', { status: 'succeeded', attempts: 3 })]);
    const retrying = delivery('1', { status: 'retrying', attempts: 2 });
    expect(merged([retrying], told, { status: 'retrying' }, all)).toEqual([]);
  });

  it('grows no further than it may', () => {
    const many = Array.from({ length: maxLive + 10 }, (_, index) => delivery(String(index)));
    const told = tell(new Map(), many);
    expect(told.size).toBe(maxLive);
    expect(told.has(String(maxLive + 9))).toBe(true);
  });

  it('takes filters from the address as they are meant', () => {
    expect(queryOf({ status: 'nonsense', type: 'order.created' })).toEqual({ type: 'order.created' });
    expect(livePathOf({ status: 'dead', eventId: 'evt_1' })).toBe('/v1/live/deliveries?status=dead');
    expect(matches(delivery('1'), { since: '2026-01-01T00:00:02Z' })).toBe(false);
    expect(matches(delivery('1'), { until: '2026-01-01T00:00:02Z' })).toBe(true);
  });
});
