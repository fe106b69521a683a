import { expect, it } from '@jest/globals';
import { TurnsByTime } from './turns-by-time.js';

/** Serves so many turns, each of which takes as long as its text says. */
function serve(turns: TurnsByTime<string>, count: number): string {
  return Array.from({ length: count }, () => {
    const item = turns.next() ?? '-';
    turns.took(item.slice(0, 1), Number(item.slice(1)));
    return item.slice(0, 1);
  }).join('');
}

it('gives the next turn to whoever was given the least time', () => {
  const turns = new TurnsByTime<string>();
  for (let count = 0; count < 3; count++) turns.add('a', 'a3000');
  for (let count = 0; count < 6; count++) turns.add('b', 'b1000');
  expect(serve(turns, 10)).toBe('abbbabbba-');
});

it('gives nobody what it did not use while it wanted nothing', () => {
  const turns = new TurnsByTime<string>();
  for (let count = 0; count < 5; count++) turns.add('a', 'a1000');
  expect(serve(turns, 4)).toBe('aaaa');
  for (let count = 0; count < 3; count++) turns.add('b', 'b1000');
  expect(serve(turns, 5)).toBe('babb-');
});

it('remembers who took long, though it has nothing more', () => {
  const turns = new TurnsByTime<string>();
  turns.add('a', 'a3000');
  turns.add('b', 'b1');
  expect(serve(turns, 1)).toBe('a');
  turns.add('a', 'a1');
  for (let count = 0; count < 3; count++) turns.add('b', 'b1');
  expect(serve(turns, 6)).toBe('bbbba-');
});
