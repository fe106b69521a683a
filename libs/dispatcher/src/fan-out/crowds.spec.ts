import { describe, expect, it } from '@jest/globals';
import { Crowds } from './crowds.js';

interface Event {
  readonly type: string;
  readonly number: number;
  readonly sizeBytes: number;
}

const limits = { ofType: 4, ofTenant: 8, underWay: 6, aside: 10, asideBytes: 1_000 };

function crowds(several = false): Crowds<Event> {
  return new Crowds<Event>(limits, () => several);
}

/** @returns the numbers of those that were set aside */
function come(all: Crowds<Event>, tenant: string, type: string, numbers: readonly number[]): number[] {
  return numbers.filter((number) => {
    const lane = all.enter(tenant, type);
    if (!all.isCrowd(lane)) return false;
    all.setAside(lane, { type, number, sizeBytes: 10 }, number);
    return true;
  });
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('Crowds', () => {
  it('sets aside what is beyond the limit of its type, and all that comes after it, but nothing of other types', () => {
    const all = crowds();
    expect(come(all, 'a', 'order.created', upTo(6))).toEqual([5, 6]);
    expect(come(all, 'a', 'order.paid', upTo(4))).toEqual([]);
    expect(come(all, 'b', 'order.created', upTo(4))).toEqual([]);
    expect(all.aside).toBe(2);
    expect(all.next?.waiting.firstAtMs).toBe(5);
  });

  it('takes a tenant of which too much is here for a crowd, whatever its types, where there are others', () => {
    const types = ['a', 'b', 'c', 'd'];
    const setAside = (several: boolean) => {
      const all = crowds(several);
      return types.flatMap((type) => come(all, 'big', `order.${type}`, upTo(3))).length;
    };
    expect(setAside(false)).toBe(0);
    expect(setAside(true)).toBe(4);
  });

  it('brings crowds in turn, each in its order, and no more than may be under way', () => {
    const all = crowds();
    come(all, 'a', 'order.created', upTo(8));
    come(all, 'b', 'order.created', upTo(6));
    const told = (most: number, underWay = 0) =>
      all.take(most, underWay).map(({ item, lane }) => [lane.tenant.name, item.number]);
    const first = told(2);
    expect(first).toEqual([
      ['a', 5],
      ['a', 6],
    ]);
    expect(told(3)).toEqual([
      ['b', 5],
      ['b', 6],
      ['a', 7],
    ]);
    expect(told(3, 6)).toEqual([]);
    expect(told(3, 5)).toEqual([['a', 8]]);
    expect(all.size).toBe(0);
    expect(all.next).toBeNull();
  });

  it('is full by number and by bytes', () => {
    const many = crowds();
    come(many, 'a', 'order.created', upTo(13));
    expect(many.isFull).toBe(false);
    come(many, 'a', 'order.created', [14, 15]);
    expect(many.isFull).toBe(true);
    expect(many.aside).toBe(10);
    const large = crowds();
    const lane = large.enter('a', 'order.created');
    large.setAside(lane, { type: 'order.created', number: 1, sizeBytes: 1_000 }, 0);
    expect(large.isFull).toBe(true);
    large.take(1, 0);
    expect(large.isFull).toBe(false);
  });

  it('forgets a crowd when all of it has left', () => {
    const all = crowds();
    const lanes = upTo(5).map(() => all.enter('a', 'order.created'));
    expect(all.isCrowd(lanes[0]!)).toBe(true);
    for (const lane of lanes) all.leave(lane);
    expect(come(all, 'a', 'order.created', upTo(4))).toEqual([]);
  });
});
