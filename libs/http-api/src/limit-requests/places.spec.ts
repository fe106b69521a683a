import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Places } from './places.js';

let places: Places;
let told: string[];
beforeEach(() => {
  jest.useFakeTimers();
  told = [];
  places = new Places({ room: 2, maxWaiting: 2, patienceMs: 1_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

const enter = (key: string, name: string, weight = 1) =>
  places.enter(key, weight, (hasPlace) => told.push(`${name} ${hasPlace ? 'in' : 'refused'}`));

it('gives so many to each, and the others theirs in the order in which they came', () => {
  const first = enter('a', '1');
  const second = enter('a', '2');
  enter('a', '3');
  enter('a', '4');
  enter('b', 'other');
  expect(told).toEqual(['1 in', '2 in', 'other in']);
  second();
  second();
  expect(told.slice(3)).toEqual(['3 in']);
  first();
  expect(told.slice(4)).toEqual(['4 in']);
});

it('refuses who waits for too long, and whom there is no room to wait for', () => {
  enter('a', '1');
  enter('a', '2');
  enter('a', '3');
  enter('a', '4');
  enter('a', '5');
  expect(told).toEqual(['1 in', '2 in', '5 refused']);
  jest.advanceTimersByTime(1_000);
  expect(told.slice(3)).toEqual(['3 refused', '4 refused']);
});

it('passes over who has left the line, and tells them nothing', () => {
  const first = enter('a', '1');
  enter('a', '2');
  enter('a', '3')();
  const fourth = enter('a', '4');
  first();
  expect(told).toEqual(['1 in', '2 in', '4 in']);
  jest.advanceTimersByTime(10_000);
  expect(told).toHaveLength(3);
  fourth();
  enter('a', '5');
  expect(told.at(-1)).toBe('5 in');
});

it('counts by weight, lets nobody past who is first, and who is too large in when it is alone', () => {
  const first = enter('a', '1', 1.5);
  const large = enter('a', 'large', 3);
  enter('a', '2', 0.5);
  expect(told).toEqual(['1 in']);
  first();
  expect(told.slice(1)).toEqual(['large in']);
  large();
  expect(told.slice(2)).toEqual(['2 in']);
  const gone = enter('a', 'gone', 3);
  enter('a', '3', 0.5);
  gone();
  expect(told.slice(3)).toEqual(['3 in']);
});
