import { expect, it } from '@jest/globals';
import type { EventInvalid } from '@postel/contracts';
import { exportedLines } from './exported-lines.js';

const fact = (n: number): EventInvalid => ({
  v: 1,
  fact: 'event.invalid',
  tenant: 'acme',
  eventId: `evt_${n}`,
  eventSeq: n,
  type: 'a.b',
  acceptedAtMs: n,
  atMs: n * 10,
  code: 'malformed_json',
  message: `said of ${n}`,
});
const facts = [1, 2, 3].map((n) => ({ seq: n, fact: fact(n) }));
const lines = (changes: object = {}, erased: readonly number[] = []) =>
  exportedLines(facts, { after: -1, sinceMs: -Infinity, untilMs: Infinity, ...changes }, new Set(erased))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { position: string; message: string });

it('has one line for each fact, with its position', () => {
  expect(lines()).toEqual(facts.map(({ seq, fact }) => ({ position: String(seq), ...fact })));
});

it('goes on behind a position, and keeps to its times', () => {
  expect(lines({ after: 1 }).map(({ position }) => position)).toEqual(['2', '3']);
  expect(lines({ sinceMs: 20, untilMs: 30 }).map(({ position }) => position)).toEqual(['2']);
});

it('does not repeat what was said of an event that was erased', () => {
  expect(lines({}, [2]).map(({ message }) => message)).toEqual(['said of 1', '', 'said of 3']);
});
