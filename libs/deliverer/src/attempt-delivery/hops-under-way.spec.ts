import { expect, it } from '@jest/globals';
import { ack } from '@postel/jetstream';
import { HopsUnderWay, type HopUnderWay } from './hops-under-way.js';

it('finds each hop until it is removed, however many there are', () => {
  const hops = new HopsUnderWay();
  // three times as many as there are chains: many share one
  const ids = Array.from({ length: 50_000 }, (_, i) => `dlv_${i}:1`);
  const added = new Map<string, HopUnderWay>();
  for (const id of ids) {
    const hop = hops.add(id);
    hop.outcome = Promise.resolve(ack());
    added.set(id, hop);
  }
  expect(ids.every((id) => hops.find(id) === added.get(id))).toBe(true);
  const isOdd = (i: number) => i % 2 === 1;
  ids.forEach((id, i) => isOdd(i) && hops.remove(added.get(id) as HopUnderWay));
  const isRight = (id: string, i: number) => hops.find(id) === (isOdd(i) ? null : added.get(id));
  expect(ids.every(isRight)).toBe(true);
  // once more is nothing
  hops.remove(added.get('dlv_1:1') as HopUnderWay);
  expect(hops.find('dlv_0:1')?.id).toBe('dlv_0:1');
  expect(hops.find('dlv_0:2')).toBeNull();
});
