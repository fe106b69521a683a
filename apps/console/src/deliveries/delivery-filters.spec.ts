import { describe, expect, it } from '@jest/globals';
import { filtersOf, livePathOf, matches, maxLive, merged, tell, type Delivery } from './delivery-filters.js';

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
const whole = (...items: Delivery[]) => ({ items, hasMore: false });

describe('the list of deliveries, followed live', () => {
  it('shows what came since at the top, and what became of the rest where it stands', () => {
    const told = tell(new Map(), [delivery('3'), delivery('1', { status: 'succeeded', attempts: 1 })]);
    const rows = merged(whole(delivery('2'), delivery('1')), told, {}, all);
    expect(rows.map(({ id, status }) => [id, status])).toEqual([
      ['3', 'pending'],
      ['2', 'pending'],
      ['1', 'succeeded'],
    ]);
  });

  it('keeps what is new back until it may be shown', () => {
    const told = tell(new Map(), [delivery('3')]);
    expect(merged(whole(delivery('1')), told, {}, (id) => id !== '3').map(({ id }) => id)).toEqual(['1']);
  });

  it('does not go back to what was told before the list was read', () => {
    const told = tell(new Map(), [delivery('1', { status: 'retrying', attempts: 1 })]);
    const rows = merged(whole(delivery('1', { status: 'succeeded', attempts: 2 })), told, {}, all);
    expect(rows[0]?.status).toBe('succeeded');
  });

  it('leaves out what does not match any more', () => {
    const told = tell(new Map(), [delivery('1', { status: 'succeeded', attempts: 3 })]);
    const retrying = delivery('1', { status: 'retrying', attempts: 2 });
    expect(merged(whole(retrying), told, { status: 'retrying' }, all)).toEqual([]);
  });

  it('shows nothing older than the list reaches, where rows between would be missing', () => {
    const told = tell(new Map(), [delivery('1'), delivery('4')]);
    const listed = { items: [delivery('3'), delivery('2')], hasMore: true };
    expect(merged(listed, told, {}, all).map(({ id }) => id)).toEqual(['4', '3', '2']);
  });

  it('grows no further than it may', () => {
    const many = Array.from({ length: maxLive + 10 }, (_, index) => delivery(String(index)));
    const told = tell(new Map(), many);
    expect(told.size).toBe(maxLive);
    expect(told.has(String(maxLive + 9))).toBe(true);
  });

  it('takes filters from the address as they are meant', () => {
    const nowMs = Date.parse('2026-01-01T12:00:00Z');
    expect(filtersOf({ status: 'nonsense', type: 'order.created', until: 'soon' }, nowMs)).toEqual({
      type: 'order.created',
    });
    expect(filtersOf({ status: 'dead', since: '1h' }, nowMs)).toEqual({
      status: 'dead',
      since: '2026-01-01T11:00:00.000Z',
    });
    expect(livePathOf({ status: 'dead', eventId: 'evt_1' })).toBe('/v1/live/deliveries?status=dead');
    expect(matches(delivery('1'), { since: '2026-01-01T00:00:02Z' })).toBe(false);
    expect(matches(delivery('1'), { until: '2026-01-01T00:00:02Z' })).toBe(true);
  });
});
